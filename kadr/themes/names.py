"""What themes are called: by their telling words, or by whoever names better."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from kadr.film import Film
from kadr.index.themes import Theme
from kadr.text import collapse, language_of, normalise
from kadr.themes.terms import LANGUAGES, MOST_TERMS, NAME_TERMS
from kadr.vocabulary import genre, genre_en

__all__ = ["MAX_NAME", "Draft", "Namer", "Subject", "named", "renamed"]

MAX_NAME = 60
"""Characters of a name: what a button holds."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a theme is named from: its telling words by language ("ru", "en"), and its most central films, first one
    first.
    """

    terms: Mapping[str, tuple[str, ...]]
    films: tuple[Film, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a better name is made of: a theme's telling words in any language, and its most central films, first one
    first.
    """

    terms: tuple[str, ...]
    films: tuple[Film, ...]


class Namer(Protocol):
    """Who may give themes better names than their telling words, a hosted chat model for one."""

    def __call__(self, subjects: Sequence[Subject], /) -> Sequence[tuple[str, str] | None]:
        """Return a Russian and an English name for each subject, "" or None where it has none; raises nothing."""


def named(drafts: Sequence[Draft], old_ids: Mapping[int, str]) -> tuple[Theme, ...]:
    """Return the themes of drafts, in their order, of size 0; no two have one name in one language.

    Args:
        drafts: one a theme; each has a film.
        old_ids: the ids of themes that keep theirs, by place.
    """
    ids = _ids(drafts, old_ids)
    taken: dict[str, set[str]] = {language: set() for language in LANGUAGES}
    themes = []
    for i, draft in enumerate(drafts):
        ru, en = (_name(draft, language, taken[language]) for language in LANGUAGES)
        terms = tuple(dict.fromkeys(term for language in LANGUAGES for term in draft.terms[language]))
        themes.append(Theme(ids[i], ru, en, terms, 0))
    return tuple(themes)


def renamed(themes: Sequence[Theme], films: Sequence[tuple[Film, ...]], namer: Namer) -> tuple[Theme, ...]:
    """Return the themes with the names that a namer gives them, each language by itself.

    A theme keeps the name it has where it is given none, or one that is empty, longer than MAX_NAME, or another's.

    Args:
        themes: named already, no two alike.
        films: the most central ones of each.
        namer: who names them.
    """
    subjects = [Subject(theme.terms, own) for theme, own in zip(themes, films, strict=True)]
    wishes = [*namer(subjects), *[None] * len(themes)][: len(themes)]
    ru = _chosen([theme.name_ru for theme in themes], [(wish or ("", ""))[0] for wish in wishes])
    en = _chosen([theme.name_en for theme in themes], [(wish or ("", ""))[1] for wish in wishes])
    return tuple(replace(theme, name_ru=ru[i], name_en=en[i]) for i, theme in enumerate(themes))


def _chosen(names: Sequence[str], wishes: Sequence[str]) -> list[str]:
    """Return the wishes that can be names, and the names that stand where they cannot."""
    chosen = list(names)
    taken = set(map(normalise, names))
    for i, wish in enumerate(map(collapse, wishes)):
        if normalise(wish) and len(wish) <= MAX_NAME and normalise(wish) not in taken:
            chosen[i] = wish
            taken.add(normalise(wish))
    return chosen


def _name(draft: Draft, language: str, taken: set[str]) -> str:
    """Return the name of a theme in a language by its telling words, and take it."""
    by_film = filter(None, (_by_film(draft.films, language),))
    sorts = list(filter(None, (draft.terms[language], tuple(by_film), *map(draft.terms.get, LANGUAGES))))
    joined = (", ".join(terms[:n]) for terms in sorts for n in range(NAME_TERMS, MOST_TERMS + 1))
    tries = [*joined, f"{sorts[0][0]} ({draft.films[0].title})"]
    name = next((t for t in tries if normalise(t) and len(t) <= MAX_NAME and normalise(t) not in taken), tries[-1])
    taken.add(normalise(name))
    return name


def _by_film(films: Sequence[Film], language: str) -> str:
    """Return the commonest genre of films, and the first of them that has a title in the language; else ""."""
    titles = (title for film in films for title in (film.title, film.original_title) if title)
    title = next((title for title in titles if language_of(title) == language), "")
    genres = Counter(genre(name) for film in films for name in film.genres)
    if not title or not genres:
        return ""
    commonest = genres.most_common(1)[0][0]
    return f"{commonest if language == 'ru' else genre_en(commonest).lower()}: {title}"


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
