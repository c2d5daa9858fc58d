"""What is understood of a query."""

from dataclasses import dataclass

from kadr.search.types import Wish

__all__ = ["Understood"]


@dataclass(frozen=True, slots=True)
class Understood:
    """A query, taken apart.

    Attributes:
        query: as it was typed.
        text: what remains to be looked for by words and by meaning, in its own spelling; "" where all was wishes.
        wishes: in the order of the query.
        like: rows of the film that the answer is to be like, best known first; empty where none was named.
        long: it is a description, which keeps its whole text, and whose wishes are all soft.
    """

    query: str
    text: str
    wishes: tuple[Wish, ...] = ()
    like: tuple[int, ...] = ()
    long: bool = False
