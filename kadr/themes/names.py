"""What themes are called: by their telling words, or by whoever names better."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from kadr.film import Film
from kadr.index.themes import Theme
from kadr.text import collapse, normalise
from kadr.themes.terms import LANGUAGES, MOST_TERMS, NAME_TERMS

__all__ = ["MAX_NAME", "Draft", "Namer", "named"]

MAX_NAME = 60
"""Characters of a name: what a button holds."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a theme is named from: its telling words by language ("ru", "en"), and its most central films, first one
    first.
    """

    terms: Mapping[str, tuple[str, ...]]
    films: tuple[Film, ...]


class Namer(Protocol):
    """Who may give themes better names than their telling words, a hosted chat model for one."""

    def __call__(self, drafts: Sequence[Draft], /) -> Sequence[tuple[str, str] | None]:
        """Return a Russian and an English name for each draft, None where it has none; raises nothing."""


def named(drafts: Sequence[Draft], old_ids: Mapping[int, str], namer: Namer | None) -> tuple[Theme, ...]:
    """Return the themes of drafts, in their order, of size 0; no two have one name in one language.

    Args:
        drafts: one a theme; each has a film.
        old_ids: the ids of themes that keep theirs, by place.
        namer: who names them; a name that is empty, longer than MAX_NAME or taken is not used.
    """
    wishes = () if namer is None else namer(drafts)
    ids = _ids(drafts, old_ids)
    taken: dict[str, set[str]] = {language: set() for language in LANGUAGES}
    themes = []
    for i, draft in enumerate(drafts):
        wish = (wishes[i] if i < len(wishes) else None) or ("", "")
        ru, en = (_name(draft, language, wish[at], taken[language]) for at, language in enumerate(LANGUAGES))
        terms = tuple(dict.fromkeys(term for language in LANGUAGES for term in draft.terms[language]))
        themes.append(Theme(ids[i], ru, en, terms, 0))
    return tuple(themes)


def _name(draft: Draft, language: str, wish: str, taken: set[str]) -> str:
    """Return the name of a theme in a language, and take it."""
    sorts = [terms for other in (language, *LANGUAGES) if (terms := draft.terms[other])]
    joined = (", ".join(terms[:n]) for terms in sorts for n in range(NAME_TERMS, MOST_TERMS + 1))
    tries = [collapse(wish), *joined, f"{sorts[0][0]} ({draft.films[0].title})"]
    name = next((t for t in tries if normalise(t) and len(t) <= MAX_NAME and normalise(t) not in taken), tries[-1])
    taken.add(normalise(name))
    return name


def _ids(drafts: Sequence[Draft], old: Mapping[int, str]) -> list[str]:
    """Return the id of each theme: its own, or one made of the id of its most central film that gives a new one."""
    ids: list[str] = []
    taken = set(old.values())
    for i, draft in enumerate(drafts):
        made = (_id(f"{film.id}\n{turn}") for turn in range(len(drafts) + 1) for film in draft.films)
        ids.append(old[i] if i in old else next(each for each in made if each not in taken))
        taken.add(ids[i])
    return ids


def _id(text: str) -> str:
    return "t" + hashlib.blake2b(text.encode(), digest_size=4).hexdigest()
