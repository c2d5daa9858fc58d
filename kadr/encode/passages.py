"""What an encoder reads of a film."""

from kadr.film import Film

__all__ = ["passage"]


def passage(film: Film) -> str:
    """Return the text that stands for a film among the vectors: titles, genres, tags, tagline and descriptions.

    People are left out: names carry no meaning that a vector could hold, and the lexical leg finds them.
    """
    titles = dict.fromkeys((film.title, film.original_title))
    parts = (*titles, " ".join(film.genres), " ".join(film.tags), film.tagline, *(d.text for d in film.descriptions))
    return ". ".join(part for part in parts if part)
