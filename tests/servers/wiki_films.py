"""Films that the stand-in for Wikidata and Wikipedia knows: made up from their number alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = ["GENRES", "NAMES", "WikiFilm", "entity_of", "wiki_films"]

FIRST_FILM, FIRST_PERSON = 100_000, 3_000_000
PEOPLE = 400
GENRES = {"Q5001": ("фильм ужасов", "horror film"), "Q5002": ("драматический фильм", "drama film")} | {
    "Q5003": ("кинокомедия", "comedy film"),
    "Q5004": ("фильм о мести", "revenge film"),
}
COUNTRIES = {"Q159": ("Россия", "Russia"), "Q30": ("Соединённые Штаты Америки", "United States")} | {
    "Q15180": ("Союз Советских Социалистических Республик", "Soviet Union"),
}
_PEOPLE = {f"Q{FIRST_PERSON + i}": (f"Имя {i} Фамилия", f"Name {i} Surname") for i in range(PEOPLE)}
NAMES = GENRES | COUNTRIES | _PEOPLE
_FILLER = "Герой идёт по городу номер {0} и ищет дорогу домой, где его ждёт [[друг|старый друг]] {1}. "


@dataclass(frozen=True, slots=True)
class WikiFilm:
    """A film, its entry and its articles. `dates`: of release. `articles`: language -> (title, wikitext)."""

    number: int
    series: bool
    year: int
    month: int
    languages: int
    articles: dict[str, tuple[str, str]] = field(repr=False)
    classes: tuple[str, ...] = ("Q11424",)
    item: str = ""
    free_image: bool = False

    @property
    def qid(self) -> str:
        return f"Q{self.number}"


def wiki_films(count: int, first_year: int = 1950, last_year: int = 2020) -> list[WikiFilm]:
    """Return so many films; every third has an English article, every tenth is a series."""
    return [_film(i, first_year + i % (last_year - first_year + 1)) for i in range(count)]


def _film(i: int, year: int) -> WikiFilm:
    series = i % 10 == 9
    note = " (сериал)" if series else f" (фильм, {year})" if i % 2 else ""
    articles = {"ru": (f"Название {i}{note}", russian(i, year))}
    if i % 3 == 0:
        articles["en"] = (f"Title {i} ({year} film)", english(i, year))
    classes = ("Q5398426",) if series else ("Q11424", "Q24862") if i % 7 == 0 else ("Q11424",)
    return WikiFilm(FIRST_FILM + 3 * i, series, year, 1 + i % 12, 5 + i % 90, articles, classes, free_image=i % 20 == 0)


def russian(i: int, year: int) -> str:
    """Return an article of the usual shape: a card, a lead, the plot with pictures, tables and notes, and the rest."""
    cast = "\n".join(f"* [[Имя {k} Фамилия]] — {{{{nobr|роль {k}}}}}" for k in range(i % 12))
    plot = "".join(_FILLER.format(k, i) for k in range(4 + i % 12))
    return f"""{{{{Фильм
 |РусНаз = Название {i}
 |Изображение = [[Файл:Poster {i}.jpg|250px]]
 |Жанр = {{{{nobr|[[драма]]}}}}, {{{{список|1=
* [[комедия]]
* [[ужасы]]}}}}
 |Бюджет = {{{{формат ссылки|$ {i} млн<ref name="b">{{{{cite web|url=https://example.org/{i}|title=Б}}}}</ref>}}}}
}}}}<!-- не трогать: {{{{ -->
«'''Назва́ние {i}'''» ({{{{lang-en|Title {i}}}}}) — [[кинофильм|фильм]] {year} года.<ref>Источник <b>{i}</b></ref>

== Сюжет ==
[[Файл:Frame {i}.jpg|thumb|left|Кадр из [[фильм]]а {i}]]
Начало истории {i}.<ref name="b" /> {plot}
=== Развязка ===
{{| class="wikitable"
|-
! Год !! Событие
|-
| {year} || тайная ячейка {{{{s|x}}}}
|}}
Всё кончается у моря {i}.
<gallery>
Файл:a.jpg|снимок
</gallery>

== В ролях ==
{cast}

== Примечания ==
{{{{примечания}}}}
[[Категория:Фильмы {year} года]]
"""


def english(i: int, year: int) -> str:
    return f"""{{{{Infobox film|name=Title {i}|director=[[Name 1 Surname]]}}}}
'''''Title {i}''''' is a {year} [[drama film]] directed by [[Name 1 Surname|N. Surname]].{{{{Cite|x}}}}

==Plot==
A hero walks the streets of town {i}&nbsp;and finds a friend.{{{{efn|A note.}}}}

==Cast==
* [[Name 2 Surname]]
"""


def entity_of(film: WikiFilm, props: Sequence[str], languages: Sequence[str]) -> dict[str, Any]:
    """Return an entry as wbgetentities shows it, `formatversion=2`.

    As many sites know it as the query service counts; two of them are no Wikipedias, in every fourth entry.
    """
    i = (film.number - FIRST_FILM) // 3
    labels = {each: title.partition(" (")[0] for each, (title, _) in film.articles.items()}
    entry: dict[str, Any] = {"type": "item", "id": film.qid}
    if "labels" in props:
        shown = {each: {"language": each, "value": text} for each, text in labels.items() if each in languages}
        entry["labels"] = shown
    if "claims" in props:
        entry["claims"] = _claims(film, i)
    if "sitelinks" in props:
        titles = {f"{each}wiki": title for each, (title, _) in film.articles.items()}
        titles |= dict.fromkeys(["commonswiki", "ruwikiquote"] if i % 4 == 0 else [], f"Title {i}")
        titles |= {f"x{n}wiki": f"Title {i}" for n in range(film.languages - len(titles))}
        entry["sitelinks"] = {w: {"site": w, "title": t, "badges": []} for w, t in titles.items()}
    return entry


def _claims(film: WikiFilm, i: int) -> dict[str, Any]:
    cast = [_item(f"Q{FIRST_PERSON + (i * 7 + k) % PEOPLE}", ordinal=6 - k) for k in range(6)]
    date = _statement("time", {"time": f"+{film.year}-{film.month:02}-00T00:00:00Z", "precision": 10})
    later = _statement("time", {"time": f"+{film.year + 1}-01-01T00:00:00Z", "precision": 9})
    old = _statement("time", {"time": "+1890-01-01T00:00:00Z", "precision": 9}, rank="deprecated")
    unit = "http://www.wikidata.org/entity/Q7727"
    claims = {
        "P31": [_item(each) for each in film.classes],
        "P580" if film.series else "P577": [later, date, old],
        "P136": [_item(list(GENRES)[i % 4])],
        "P495": [_item(list(COUNTRIES)[i % 3])],
        "P57": [_item(f"Q{FIRST_PERSON + i % PEOPLE}")],
        "P161": cast,
        "P1476": [_statement("monolingualtext", {"text": f"Original {i}", "language": "fr"})],
        "P2047": [_statement("quantity", {"amount": f"+{60 + i % 100}", "unit": unit})],
        "P345": [_statement("string", f"tt{1_000_000 + i}")],
        "P2603": [_statement("string", str(2_000_000 + i))],
        "P4983" if film.series else "P4947": [_statement("string", str(3_000 + i))],
        "P18": [{"mainsnak": {"snaktype": "somevalue", "property": "P18"}, "rank": "normal"}],
    }
    return {name: [{**each, "id": f"{film.qid}${name}"} for each in found] for name, found in claims.items()}


def _item(qid: str, ordinal: int = 0) -> dict[str, Any]:
    statement = _statement("wikibase-entityid", {"entity-type": "item", "numeric-id": int(qid[1:]), "id": qid})
    if ordinal:
        statement["qualifiers"] = {"P1545": [_snak("string", str(ordinal))]}
    return statement


def _statement(kind: str, value: Any, rank: str = "normal") -> dict[str, Any]:
    return {"mainsnak": _snak(kind, value), "type": "statement", "rank": rank}


def _snak(kind: str, value: Any) -> dict[str, Any]:
    return {"snaktype": "value", "datavalue": {"type": kind, "value": value}}
