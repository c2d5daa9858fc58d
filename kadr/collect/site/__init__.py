"""A film site: its film pages are found by sitemaps, list pages or a file of addresses, fetched politely, and read."""
