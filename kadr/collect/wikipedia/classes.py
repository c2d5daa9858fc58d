"""What Wikidata calls films and series: its classes, and what each tells of the work. A pure table."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kadr.film import Kind

__all__ = ["CLASSES", "NOT_ONE_FILM", "Class", "kind_of"]


@dataclass(frozen=True, slots=True)
class Class:
    """A class of works: its kind, and the genre that it implies, "" for none. `name`: for the reader of a query."""

    name: str
    kind: Kind
    genre: str = ""


CLASSES: Mapping[str, Class] = MappingProxyType(
    {
        "Q11424": Class("film", Kind.FILM),
        "Q24869": Class("feature film", Kind.FILM),
        "Q24862": Class("short film", Kind.FILM, "короткометражка"),
        "Q202866": Class("animated film", Kind.FILM, "мультфильм"),
        "Q29168811": Class("animated feature film", Kind.FILM, "мультфильм"),
        "Q17517379": Class("animated short film", Kind.FILM, "мультфильм"),
        "Q20650540": Class("anime film", Kind.FILM, "аниме"),
        "Q220898": Class("original video animation", Kind.FILM, "аниме"),
        "Q506240": Class("television film", Kind.FILM),
        "Q1261214": Class("television special", Kind.FILM),
        "Q93204": Class("documentary film", Kind.FILM, "документальный"),
        "Q226730": Class("silent film", Kind.FILM, "немое кино"),
        "Q229390": Class("3D film", Kind.FILM),
        "Q5398426": Class("television series", Kind.SERIES),
        "Q1259759": Class("miniseries", Kind.SERIES),
        "Q581714": Class("animated series", Kind.SERIES, "мультфильм"),
        "Q117467246": Class("animated television series", Kind.SERIES, "мультфильм"),
        "Q63952888": Class("anime television series", Kind.SERIES, "аниме"),
        "Q526877": Class("web series", Kind.SERIES),
        "Q1366112": Class("drama television series", Kind.SERIES),
    }
)
"""Direct classes (P31) that are asked for. Walking down the tree of subclasses (P279) instead takes the query service
longer than its limit of 60 seconds, and ends in classes that no film catalogue wants."""

NOT_ONE_FILM: Mapping[str, str] = MappingProxyType(
    {
        "Q24856": "a film series",
        "Q196600": "a media franchise",
        "Q3464665": "a season of a series",
        "Q21191270": "an episode of a series",
        "Q18011172": "a film that is not made yet",
        "Q13406463": "a list",
        "Q4167410": "a disambiguation page",
    }
)
"""Classes of entries that are not one film, whatever else they are said to be."""


def kind_of(classes: tuple[str, ...]) -> Kind | None:
    """Return the kind that an entry's classes tell, None where none of them is known; a series wins over a film.

    A miniseries is often called a television film as well.
    """
    kinds = {CLASSES[each].kind for each in classes if each in CLASSES}
    return Kind.SERIES if Kind.SERIES in kinds else Kind.FILM if kinds else None
