"""Between Scrapy and the network: what comes is archived, hosts are waited for, and the dead are left in peace."""
