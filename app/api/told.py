"""What the API tells of a bundle besides its manifest."""

from functools import lru_cache

from kadr.bundle.info import created_of

__all__ = ["created"]

created = lru_cache(maxsize=4)(created_of)
"""Returns when a bundle's folder was built, ISO 8601 in UTC; "" where it does not tell. Read once a bundle."""
