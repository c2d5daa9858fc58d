"""What a search is about to look for: the query as it was meant, what is wished of films, and the words that remain."""

from dataclasses import dataclass, replace

from kadr.index.skeleton import skeleton
from kadr.index.titles import TitleIndex
from kadr.search.request import Request
from kadr.search.spelling import Speller
from kadr.search.types import Correction, Mode, Wish
from kadr.search.understand import Known, understand
from kadr.text import normalise

__all__ = ["Asked", "read"]


_LEADS = """
фильм фильма фильмы кино кинофильм хочу хочется хотим посмотреть смотреть увидеть найти найди найдите ищу покажи
покажите включи онлайн бесплатно скачать полностью целиком название называется film movie films movies watch want to see
find show me online free please called download full
"""
LEADS = frozenset(_LEADS.split())
"""Words that ask for a film and say nothing of it: at the ends of a query they are no part of a title."""


PARTS = frozenset(map(str, range(2, 13)))
"""Numbers of the parts that films have; higher ones are years, ages or names of places."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, read.

    Attributes:
        request: with the words that remain, for the films' words and their meaning, in place of the query.
        correction: how the query was read where it was misspelt.
        wishes: of a film, in the order of the query.
        like: rows of the film that the answer is to be like, best known first.
        long: whether it is a description, whose wishes are half its plot's.
    """

    request: Request
    correction: Correction | None = None
    wishes: tuple[Wish, ...] = ()
    like: tuple[int, ...] = ()
    long: bool = False


def read(request: Request, speller: Speller, known: Known) -> Asked:
    """Return a request, read: what is misspelt is corrected, then wishes are taken out of it.

    Args:
        request: as the visitor made it.
        speller: corrects, unless the request is to be taken as it is typed.
        known: what the catalogue knows of titles, people, genres and countries.
    """
    if not request.query:
        return Asked(request)
    correction = None if request.as_typed else speller.correct(request.query)
    meant = _bare_title(correction.shown if correction else request.query, speller.titles)
    if not request.as_typed:
        meant = _first_part(meant, speller.titles) or meant
    if not request.wishes:
        return Asked(replace(request, query=meant), correction)
    understood = understand(meant, known, request.ignored)
    if understood.like and request.mode is Mode.LEXICAL:
        # A film is like another by their vectors alone: by the words, those of the comparison are words to look for.
        alike = [wish.key for wish in understood.wishes if wish.kind == "like"]
        understood = understand(meant, known, (*request.ignored, *alike))
    wishes = tuple(_with_title(wish, speller.titles) for wish in understood.wishes)
    return Asked(replace(request, query=understood.text), correction, wishes, understood.like, understood.long)


def _with_title(wish: Wish, titles: TitleIndex) -> Wish:
    """Return a wish; one for likeness shows the title as the catalogue writes it, not as it is looked up."""
    if wish.kind != "like":
        return wish
    at, end = titles.names.texts.same(wish.label, titles.names.block("title"))
    return replace(wish, label=titles.names.shown[at]) if at < end else wish


def _bare_title(query: str, titles: TitleIndex) -> str:
    """Return the title that a query is but for words that lead to it, «хочу посмотреть Дорога»; else the query."""
    found = query.split()
    first, last = 0, len(found)
    while first < last and normalise(found[first]) in LEADS:
        first += 1
    while last > first and normalise(found[last - 1]) in LEADS:
        last -= 1
    bare = " ".join(found[first:last])
    if bare == query or titles.exact(query).size or not (titles.exact(bare).size or _first_part(bare, titles)):
        return query
    return bare


def _first_part(text: str, titles: TitleIndex) -> str:
    """Return the title of the first film where a part of it is named that is not here, «Брат 2»; else ""."""
    if not text[-1:].isdigit():
        return ""
    name, _, number = normalise(text).rpartition(" ")
    if number not in PARTS or titles.exact(text).size or not titles.exact(name).size:
        return ""
    low, high = titles.names.texts.span(f"{name} {number}", titles.names.block("title"))
    here = low < high or titles.sounds.beginning(skeleton(text)).size  # "Rocky III" sounds as "rocky 3" does
    return "" if here else name
