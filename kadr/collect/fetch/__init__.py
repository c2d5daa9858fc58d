"""The one polite client of all sources: every request to a site or an API goes through `Fetcher.get`."""
