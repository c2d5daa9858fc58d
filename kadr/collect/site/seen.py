"""Which of a million texts were met before, in little memory."""

import hashlib

__all__ = ["Seen"]


class Seen:
    """A set of texts of which 8 bytes each are kept: two of a million collide once in 37 million crawls."""

    def __init__(self) -> None:
        self._keys: set[int] = set()

    def add(self, text: str) -> bool:
        """Put a text in; tell whether it is new."""
        before = len(self._keys)
        key = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()
        self._keys.add(int.from_bytes(key, "little"))
        return len(self._keys) > before

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._keys)
