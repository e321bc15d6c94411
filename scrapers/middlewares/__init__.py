"""Between Scrapy and the network, one file each: what comes is archived, hosts are waited for, the dead left in peace."""
