import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kadr.collect.fetch.client import Fetcher, Manners
from kadr.collect.fetch.store import PageStore
from kadr.collect.harvest import Harvest
from kadr.collect.wikipedia.film import LICENCE
from kadr.collect.wikipedia.read import read_wikipedia
from kadr.errors import SourceError
from kadr.film import Kind, SourceLink
from kadr.progress import Advance
from tests.servers.wiki import Asked, WikiServer, busy, cut, lagging, passing_faults
from tests.servers.wiki_films import WikiFilm, wiki_films
from tests.servers.wire import Reply, json_reply

MANNERS = Manners("https://example.org/contact", delay_s=0.0, backoff_s=0.01, robots=False, allow_private=True)
YEARS = (1999, 2000)
MANY, EVERY, MOST_BYTES = (6_000, 20, 60_000) if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else (600, 7, 15_000)
"""Films, questions from one fault to the next, and bytes of an answer: fewer films meet as many faults and pieces."""
PICTURE = "https://commons.wikimedia.org/wiki/File:Poster_100180.jpg"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[PageStore]:
    with PageStore(tmp_path / "pages.sqlite") as opened:
        yield opened


def nothing(*_: object) -> None: ...


def read(
    server: WikiServer,
    store: PageStore,
    *,
    manners: Manners = MANNERS,
    pause: Callable[[float], None] = nothing,
    progress: Advance = nothing,
    **settings: Any,
) -> Harvest:
    source = server.source(**({"years": YEARS} | settings))
    with Fetcher(store, manners) as fetcher:
        return read_wikipedia(source, fetcher, progress=progress, pause=pause)


def some(count: int = 40) -> list[WikiFilm]:
    return wiki_films(count, *YEARS)


def ids(got: Harvest) -> set[str]:
    return {film.external_ids["wikidata"] for film in got.films}


def without_times(got: Harvest) -> list[Any]:
    return [replace(film, fetched_at="") for film in got.films]


def test_every_one_of_many(store: PageStore) -> None:
    """With continued answers, lag and faults of all sorts on the way."""
    films = wiki_films(MANY)
    waits: list[float] = []
    done: list[int] = []
    with WikiServer(films, faults=passing_faults(EVERY), most_bytes=MOST_BYTES) as server:
        got = read(server, store, years=(1950, 2020), progress=lambda now, *_: done.append(now), pause=waits.append)
        continued = [each for each in server.asked if "rvcontinue" in each.query]
    assert ids(got) == {film.qid for film in films}
    assert (len(got.films), got.rows, got.rejects, got.notes) == (MANY, MANY, (), ())
    known = {film.qid: film.languages for film in films}
    languages = [known[film.external_ids["wikidata"]] for film in got.films]
    assert languages == sorted(languages, reverse=True)
    for film in got.films:
        number = film.original_title.removeprefix("Original ")
        plot, lead = film.descriptions[:2]
        assert film.title == f"Название {number}"
        assert plot.text.startswith(f"Начало истории {number}. Герой")
        assert plot.text.endswith(f"Всё кончается у моря {number}.")
        assert lead.text == f"«Название {number}» — фильм {film.year} года."
        assert not re.search(r"[\[\]{}<>|=]|ячейка|Кадр|снимок", plot.text)
    assert done[-1] == MANY
    assert done == sorted(done)
    assert waits
    assert set(waits) == {5.0}
    assert len(continued) > 100


def test_a_film_is_whole(store: PageStore) -> None:
    with WikiServer(wiki_films(120, 1999, 1999)) as server:
        got = read(server, store, known_in=6)
    film = next(each for each in got.films if each.original_title == "Original 60")
    article = "https://ru.wikipedia.org/wiki/%D0%9D%D0%B0%D0%B7%D0%B2%D0%B0%D0%BD%D0%B8%D0%B5_60"
    assert film.id == "wikipedia:Q100180"
    assert (film.title, film.year, film.kind, film.runtime_minutes) == ("Название 60", 1999, Kind.FILM, 120)
    assert (film.genres, film.tags, film.countries) == (("ужасы",), (), ("Россия",))
    assert film.directors == ("Name 60 Surname",)  # who has no Russian name
    assert film.actors[:2] == ("Name 25 Surname", "Имя 24 Фамилия")  # by their ordinals, not as they stand
    assert [each.language for each in film.descriptions] == ["ru", "ru", "en", "en"]
    assert film.descriptions[2].text == "A hero walks the streets of town 60 and finds a friend."
    assert film.descriptions[3].text == "Title 60 is a 1999 drama film directed by N. Surname."
    assert film.page_url == article
    assert film.image_url.endswith("/500px-Poster_100180.jpg")
    assert film.sources == (
        SourceLink("wikipedia", "Q100180", article, LICENCE),
        SourceLink("wikipedia", "Q100180", "https://en.wikipedia.org/wiki/Title_60_(1999_film)", LICENCE),
        SourceLink("wikipedia", "File:Poster_100180.jpg", PICTURE, "free licence"),
    )
    known = {"wikidata": "Q100180", "imdb": "tt1000060", "kinopoisk": "2000060", "tmdb": "3060"}
    assert film.external_ids == known
    assert film.extra == {"languages": "63", "title_en": "Title 60"}
    assert film.fetched_at
    series = next(each for each in got.films if each.original_title == "Original 69")
    assert (series.kind, series.year, series.title) == (Kind.SERIES, 1999, "Название 69")
    revenge = next(each for each in got.films if each.original_title == "Original 63")
    assert (revenge.genres, revenge.tags) == (("короткометражка",), ("фильм о мести",))
    assert next(each for each in got.films if each.original_title == "Original 61").image_url == ""


def test_a_second_run_asks_for_nothing(store: PageStore) -> None:
    with WikiServer(some()) as server:
        first = read(server, store)
        asked = len(server.asked)
        assert read(server, store) == first
        assert read(server, store, manners=replace(MANNERS, offline=True), refresh_days=0) == first
        assert len(server.asked) == asked
        read(server, store, refresh_days=0)
        assert len(server.asked) == 2 * asked


@pytest.mark.parametrize("kind", [cut, busy])
@pytest.mark.parametrize("service", ["entities", "ru"])
def test_a_broken_entry_or_article_costs_that_film(
    store: PageStore, kind: Callable[[Reply], Reply], service: str
) -> None:
    films = some()
    bad = films[17]
    poison = bad.qid if service == "entities" else bad.articles["ru"][0]

    def fault(asked: Asked, right: Reply) -> Reply | None:
        return kind(right) if asked.service == service and poison in asked.names else None

    with WikiServer(films, faults=fault) as server:
        got = read(server, store, manners=replace(MANNERS, tries=2))
    assert ids(got) == {film.qid for film in films} - {bad.qid}
    (reject,) = got.rejects
    assert reject.reason == ("no JSON" if kind is cut else "server fault")
    assert reject.field == "page"
    assert reject.title == bad.articles["ru"][0]
    assert reject.url
    assert got.rows == len(films)


def test_an_article_of_another_language_that_fails_costs_its_text(store: PageStore) -> None:
    with WikiServer(some(), faults=lambda asked, right: cut(right) if asked.service == "en" else None) as server:
        got = read(server, store)
    assert len(got.films) == 40
    assert {each.language for film in got.films for each in film.descriptions} == {"ru"}
    assert got.notes == ("14 articles in further languages could not be had",)


def test_lag_is_waited_out_but_not_for_ever(store: PageStore) -> None:
    waits: list[float] = []
    with WikiServer(some(), faults=lambda asked, _: lagging(_) if asked.service == "ru" else None) as server:
        with pytest.raises(SourceError, match=r"none of 40 entries is a film: the servers lag \(40\)"):
            read(server, store, pause=waits.append)
        asked = sum(each.service == "ru" for each in server.asked)
        batches = {each.names for each in server.asked if each.service == "ru"}
    assert set(waits) == {5.0}
    assert asked == len(waits) == 6 * len(batches)  # what all would meet is not asked for in smaller parts


def test_an_answer_that_never_ends_is_left(store: PageStore) -> None:
    def endless(asked: Asked, _: Reply) -> Reply | None:
        return (
            json_reply({"continue": {"rvcontinue": "1|1"}, "query": {"pages": []}}) if asked.service == "ru" else None
        )

    with WikiServer(some(3), faults=endless) as server:
        with pytest.raises(SourceError, match="an answer without end"):
            read(server, store)
        assert len(server.asked) < 40


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"error": {"code": "unknown_action"}}, "an error of the API"),
        ({"error": "odd"}, "an error of the API"),
        ([1], "no JSON"),
        ({"batchcomplete": True}, "an odd answer"),
        ({"query": {"pages": [None, 5, {"title": []}]}}, "the article is missing"),
    ],
)
def test_odd_answers_say_what_they_are(store: PageStore, body: object, reason: str) -> None:
    with (
        WikiServer(some(3), faults=lambda asked, _: json_reply(body) if asked.service == "ru" else None) as server,
        pytest.raises(SourceError, match=rf"none of 3 entries is a film: {reason} \(3\); the first one: http"),
    ):
        read(server, store)


def test_an_answer_nested_beyond_reading(store: PageStore) -> None:
    deep = Reply(200, b"[" * 200_000, {"Content-Type": "application/json"})
    with (
        WikiServer(some(3), faults=lambda asked, _: deep if asked.service == "entities" else None) as server,
        pytest.raises(SourceError, match=r"no JSON \(3\)"),
    ):
        read(server, store)


def test_a_year_that_takes_too_long_is_asked_for_by_month(store: PageStore) -> None:
    films = some(60)

    def slow(asked: Asked, right: Reply) -> Reply | None:
        dates = re.findall(r'"([-0-9]{10})T', asked.query.get("query", ""))[:2]
        return cut(right) if dates in (["1999-01-01", "2000-01-01"], ["1999-03-01", "1999-04-01"]) else None

    with WikiServer(films, faults=slow) as server:
        got = read(server, store)
    assert ids(got) == {film.qid for film in films if (film.year, film.month) != (1999, 3)}
    assert 0 < len(got.films) < 60
    assert got.notes == (
        "films of 1999-03 could not be listed: no JSON",
        "series of 1999-03 could not be listed: no JSON",
    )


def test_nothing_listed_is_an_error(store: PageStore) -> None:
    with (
        WikiServer(some(), faults=lambda _, right: busy(right)) as server,
        pytest.raises(
            SourceError,
            match=r"^wikipedia: films cannot be listed: http.*: server fault \(status 503\); try again later",
        ),
    ):
        read(server, store, manners=replace(MANNERS, tries=1))


def test_where_there_is_no_way_to_the_service_it_is_said_soon(store: PageStore) -> None:
    with WikiServer(some()) as server:
        pass
    said: list[str] = []
    with pytest.raises(SourceError, match=r"films cannot be listed: http.*/sparql: no answer \(.+\); try again later"):
        read(server, store, progress=lambda *told: said.append(str(told)))
    assert len(said) == 2, "not one year after another, and their months"


def test_without_a_contact_the_service_refuses(store: PageStore) -> None:
    with WikiServer(some()) as server, pytest.raises(SourceError, match="refused by the server"):
        read(server, store, manners=replace(MANNERS, contact=""))
    assert len(server.asked) <= 10  # and is then left alone


def test_articles_that_are_not_the_films_own(store: PageStore) -> None:
    films = some(30)
    moved = films[0].articles["ru"][0]
    films[1] = replace(films[1], item="Q77")  # its article is about the book
    films[2] = replace(films[2], classes=("Q11424", "Q4167410"))
    films[3] = replace(films[3], classes=("Q11424", "Q24856"))
    films[4] = replace(films[4], articles={"ru": (films[4].articles["ru"][0], "{{Фильм}}\n== Сюжет ==\n{{нет}}")})
    other = replace(films[5], articles={"ru": ("Другое", "'''Другое''' имя.")}, number=films[0].number, year=1800)
    with WikiServer([*films, other], redirects={moved: "Другое"}) as server:
        server.films[films[0].qid] = films[0]
        got = read(server, store)
    assert ids(got) == {film.qid for film in films} - {films[n].qid for n in (1, 2, 3, 4)}
    assert {each.reason for each in got.rejects} == {
        "is about something else",
        "is not one film",
        "the article has no text",
    }
    redirected = next(film for film in got.films if film.external_ids["wikidata"] == films[0].qid)
    assert redirected.page_url.endswith("/%D0%94%D1%80%D1%83%D0%B3%D0%BE%D0%B5")
    assert redirected.descriptions[0].text == "Другое имя."


def test_a_missing_article_is_said(store: PageStore) -> None:
    films = some(3)
    with WikiServer(films, redirects={films[1].articles["ru"][0]: "Нет такой"}) as server:
        got = read(server, store)
    assert [(each.reason, each.row) for each in got.rejects] == [("the article is missing", 2)]
    assert got.rejects[0].url == f"https://www.wikidata.org/wiki/{films[1].qid}"


def test_the_most_widely_known_come_first(store: PageStore) -> None:
    films = some(100)
    with WikiServer(films) as server:
        got = read(server, store, limit=7)
    best = sorted(films, key=lambda film: (-film.languages, film.number))[:7]
    assert [film.external_ids["wikidata"] for film in got.films] == [film.qid for film in best]


def test_kinds_and_how_widely_known(store: PageStore) -> None:
    films = some(60)
    with WikiServer(films) as server:
        got = read(server, store, kinds=("series",), known_in=20)
    assert ids(got) == {film.qid for film in films if film.series and film.languages >= 20}
