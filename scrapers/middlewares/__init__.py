"""Between Scrapy and the network, one file each: what comes is archived, hosts are waited for, the dead left in peace.

archive           keeps every response as it came
truncated_gzip    half a page is none
robots            robots.txt, once a host and day
host_delay        what robots.txt asks for between two requests; no request to a host that wants to be left
retry_after       how long a host asks to be left alone
dead_hosts        leaves alone who does not answer
host              the host of a request
"""
