"""Whole runs against the loopback API, through the real client and store."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kadr.catalogue.records import encode
from kadr.collect.harvest import Harvest
from kadr.collect.tmdb.read import read_tmdb
from kadr.errors import SourceError
from kadr.film import Film, Kind, SourceLink
from kadr.vocabulary import country
from tests.collect.tmdb.tmdb_runs import fetching, harvest_of, source_at, stored
from tests.servers.tmdb import FAULTS, TOKEN, TmdbApi, failure, tmdb_api, works
from tests.servers.tmdb_works import TmdbWork

STOCK = works("movie", 60) + works("tv", 20)
FEW = works("movie", 3)
GENRES = {18: ["драма"], 36: ["исторический"], 878: ["фантастика"], 10765: ["фантастика", "фэнтези"]}
GENRES |= {9648: ["детектив"], 10766: ["мыльная опера"]}
AGES = {"16+": 16, "12+": 12, "PG-13": 13}


def film_id(work: TmdbWork) -> str:
    return f"tmdb:{work.path}-{work.id}"


def by_id(harvest: Harvest) -> dict[str, Film]:
    return {film.id: film for film in harvest.films}


def expected_title(work: TmdbWork) -> str:
    """Russian; else the original one where English speakers have no other; else English."""
    return work.ru[0] or (work.original if work.language == "ru" else work.en[0])


def test_every_work_becomes_a_film_most_voted_first_and_ids_break_ties(tmp_path: Path) -> None:
    seen: list[tuple[object, ...]] = []
    with tmdb_api(STOCK) as api, fetching(tmp_path / "pages") as fetcher:
        harvest = read_tmdb(source_at(api), fetcher, token=TOKEN, progress=lambda *now: seen.append(now[:2]))
    ranked = sorted(STOCK, key=lambda work: (-work.votes, work.id, work.path == "tv"))
    assert [film.id for film in harvest.films] == [film_id(work) for work in ranked]
    assert len({work.votes for work in STOCK}) < len(STOCK)  # there were ties to break
    assert seen == [(0, None), (0, None), *((done, None) for done in range(1, 81))]
    assert (harvest.source, harvest.rows, harvest.rejects, harvest.notes) == ("tmdb", 80, (), ())


def test_what_is_true_of_a_work_is_what_its_film_says(tmp_path: Path) -> None:
    with tmdb_api(STOCK) as api:
        films = by_id(harvest_of(api, tmp_path / "pages"))
    for work in STOCK:
        film = films[film_id(work)]
        page = f"https://www.themoviedb.org/{work.path}/{work.id}"
        assert film.title == expected_title(work)
        assert film.original_title == (work.original if work.original != film.title else "")
        assert film.year == int(work.date[:4])
        assert film.kind is (Kind.SERIES if work.path == "tv" else Kind.FILM)
        assert list(film.genres) == [name for number, _, _ in work.genres for name in GENRES[number]]
        assert film.countries == tuple(country(name) for _, name in work.countries)
        assert film.directors == work.makers
        assert film.actors == work.cast[:15]
        assert film.runtime_minutes == (work.minutes or None)
        assert film.age_rating == AGES.get(work.ratings.get("RU") or work.ratings.get("US", ""))
        assert [(d.text, d.language, d.source) for d in film.descriptions] == [
            (text, language, "tmdb") for text, language in ((work.ru[1], "ru"), (work.en[1], "en")) if text
        ]
        assert film.tagline == (work.ru[2] or work.en[2])
        assert (film.rating, film.votes) == (work.average, work.votes)
        assert film.tags == work.keywords
        assert film.image_url == (f"https://image.tmdb.org/t/p/w500{work.poster}" if work.poster else "")
        assert film.page_url == page
        assert film.sources == (SourceLink("tmdb", f"{work.path}-{work.id}", page, "TMDB API terms"),)
        known = {"tmdb": str(work.id), "imdb": work.imdb, "wikidata": work.wikidata}
        assert film.external_ids == {name: each for name, each in known.items() if each}
        assert film.fetched_at.startswith("20")
        assert film.extra == {}


def test_a_limit_ends_the_lists_early(tmp_path: Path) -> None:
    with tmdb_api(STOCK) as api:
        harvest = harvest_of(api, tmp_path / "pages", limit=5)
        assert api.asked("/discover") == ["/discover/movie", "/discover/tv"]
        assert len(api.asked("/movie") + api.asked("/tv")) == 5
    assert len(harvest.films) == 5


def test_years_votes_and_kinds_decide(tmp_path: Path) -> None:
    with tmdb_api(STOCK) as api:
        harvest = harvest_of(api, tmp_path / "pages", years=(1980, 1999), min_votes=100, kinds=("series",))
    wanted = {film_id(w) for w in STOCK if w.path == "tv" and "1980" <= w.date[:4] <= "1999" and w.votes >= 100}
    assert set(by_id(harvest)) == wanted
    assert wanted


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("gone", "not found"),
        ("fault", "server fault"),
        ("busy", "too many requests"),
        ("html", "no JSON"),
        ("cut", "no JSON"),
        ("list", "no JSON"),
        ("error 200", "an error of the API"),
        ("drop", "no answer"),
        ("refused", "refused by the server"),
    ],
)
def test_a_film_that_fails_costs_that_film(fault: str, reason: str, tmp_path: Path) -> None:
    with tmdb_api(FEW) as api:
        api.lasting["/movie/2"] = FAULTS[fault]
        harvest = harvest_of(api, tmp_path / "pages")
        assert set(by_id(harvest)) == {"tmdb:movie-1", "tmdb:movie-3"}
        (reject,) = harvest.rejects
        assert (reject.field, reject.reason, reject.url) == ("page", reason, f"{api.url}/movie/2")
        assert reject.title == expected_title(FEW[1])
    assert harvest.rows == 3


def test_a_reject_has_its_place_among_the_works(tmp_path: Path) -> None:
    stock = works("movie", 130)
    ranked = sorted(stock, key=lambda work: (-work.votes, work.id))
    with tmdb_api(stock) as api:
        api.lasting = {ranked[place - 1].address: FAULTS["gone"] for place in (3, 100, 101, 130)}
        harvest = harvest_of(api, tmp_path / "pages")
    assert [reject.row for reject in harvest.rejects] == [3, 100, 101, 130]


@pytest.mark.parametrize("fault", ["fault", "busy", "html", "cut", "drop"])
def test_what_passes_costs_nothing(fault: str, tmp_path: Path) -> None:
    with tmdb_api(FEW) as api:
        api.faults["/movie/2"] = [FAULTS[fault]]
        api.faults["/discover/movie?page=1"] = [FAULTS[fault]]
        harvest = harvest_of(api, tmp_path / "pages")
        assert len(api.asked("/movie/2")) == 2
    assert (len(harvest.films), harvest.rejects) == (3, ())


def test_a_broken_answer_is_not_kept(tmp_path: Path) -> None:
    with tmdb_api(FEW) as api:
        api.lasting["/movie/2"] = FAULTS["cut"]
        assert len(harvest_of(api, tmp_path / "pages").films) == 2
        del api.lasting["/movie/2"]
        assert len(harvest_of(api, tmp_path / "pages").films) == 3
        assert api.asked("/movie/1") == ["/movie/1"]


def test_a_lost_page_of_a_list_costs_its_films(tmp_path: Path) -> None:
    with tmdb_api(works("movie", 50)) as api:
        api.lasting["/discover/movie?page=2"] = FAULTS["fault"]
        harvest = harvest_of(api, tmp_path / "pages", kinds=("film",))
        (reject,) = harvest.rejects
        assert (reject.reason, reject.url) == ("server fault", f"{api.url}/discover/movie")
        assert "page 2" in reject.title
    assert (len(harvest.films), harvest.rows) == (30, 31)


def test_another_film_than_asked_for_and_adult_ones_are_refused(tmp_path: Path) -> None:
    with tmdb_api([*FEW, replace(FEW[0], id=9, adult=True)]) as api:
        api.spoilt["/movie/1"] = {"id": 77}
        api.spoilt["/movie/2"] = {"adult": True}
        harvest = harvest_of(api, tmp_path / "pages")
        assert api.asked("/movie/9") == []
    assert set(by_id(harvest)) == {"tmdb:movie-3"}
    assert {r.reason for r in harvest.rejects} == {"not the film that was asked for", "an adult title"}


def test_a_film_without_a_title_names_the_field(tmp_path: Path) -> None:
    with tmdb_api(FEW) as api:
        api.spoilt["/movie/1"] = {"title": "", "original_title": None, "translations": None}
        (reject,) = harvest_of(api, tmp_path / "pages").rejects
    assert (reject.field, reject.reason) == ("title", "is empty or has no letter or digit")


@pytest.mark.parametrize("at", ["/discover/movie?page=1", "/movie/2"])
def test_a_token_that_is_not_accepted_ends_the_run_at_once(at: str, tmp_path: Path) -> None:
    with tmdb_api(works("movie", 400)) as api:
        api.lasting[at] = failure(7)
        with pytest.raises(SourceError, match=r"TMDB_TOKEN.*API Read Access Token.*Settings, API") as caught:
            harvest_of(api, tmp_path / "pages")
        assert len(api.asked("/movie")) <= 110  # no more than the batch that was under way
        assert (at != "/movie/2") == (api.asked("/movie") == [])
    assert "\n" not in str(caught.value)
    assert TOKEN not in str(caught.value)


def test_the_token_is_in_no_place_but_the_header(tmp_path: Path) -> None:
    with tmdb_api(works("movie", 30)) as api:
        api.faults["/movie/3"] = [FAULTS["busy"], FAULTS["html"]]
        for number, fault in enumerate(FAULTS.values(), 10):
            api.lasting[f"/movie/{number}"] = fault
        harvest = harvest_of(api, tmp_path / "pages")
        assert {each.headers["authorization"] for each in api.received} == {f"Bearer {TOKEN}"}
        assert all(TOKEN not in each.path for each in api.received)
        kept = stored(tmp_path / "pages")
        assert b"/3/movie/1?" in kept
        assert "Смотритель находит письмо".encode("unicode_escape") in kept  # bodies are searched, too
        api.accepted = "another"
        with pytest.raises(SourceError) as caught:
            harvest_of(api, tmp_path / "other")
    assert len(harvest.rejects) == len(FAULTS)
    shown = repr((harvest, caught.value, caught.value.__cause__, caught.value.__context__)) + str(caught.value)
    for part in (TOKEN, *TOKEN.split(".")):
        assert part not in shown
        assert part.encode() not in kept + stored(tmp_path / "other")


def test_a_second_run_reads_the_store_and_so_does_one_without_network_or_token(tmp_path: Path) -> None:
    with tmdb_api(FEW) as api:
        first = harvest_of(api, tmp_path / "pages")
        asked = len(api.received)
        assert harvest_of(api, tmp_path / "pages") == first
        assert harvest_of(api, tmp_path / "pages", "", offline=True) == first
        assert len(api.received) == asked


def test_a_run_that_was_stopped_goes_on(tmp_path: Path) -> None:
    def stop(done: int, *_: object) -> None:
        if done == 20:
            raise KeyboardInterrupt

    with tmdb_api(works("movie", 60)) as api:
        with fetching(tmp_path / "pages") as fetcher, pytest.raises(KeyboardInterrupt):
            read_tmdb(source_at(api), fetcher, token=TOKEN, progress=stop)
        harvest = harvest_of(api, tmp_path / "pages")
        details = api.asked("/movie")
        assert harvest == harvest_of(api, tmp_path / "pages", offline=True)
    assert len(harvest.films) == 60
    assert len(details) <= 60 + 4  # at most those under way were asked for twice


def test_an_api_that_fails_time_after_time_is_left_alone(tmp_path: Path) -> None:
    with tmdb_api(works("movie", 200)) as api:
        ranked = sorted(api.stock.values(), key=lambda work: (-work.votes, work.id))
        for work in ranked[10:]:
            api.lasting[work.address] = FAULTS["fault"]
        harvest = harvest_of(api, tmp_path / "pages")
        assert len(api.asked("/movie")) <= 10 + 3 * (10 + 4)
    assert len(harvest.films) == 10
    assert {r.reason for r in harvest.rejects} == {"server fault", "host given up"}
    (note,) = harvest.notes
    assert "run again later" in note


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"min_votes": 10**6}, "no film matches; widen years, kinds or min_votes"),
        ({"limit": 2}, r"none of 2 answers is a film: server fault \(2\); the first one: http"),
    ],
)
def test_a_run_without_a_film_says_why(settings: dict[str, Any], message: str, tmp_path: Path) -> None:
    with tmdb_api(FEW) as api:
        api.lasting |= {work.address: FAULTS["fault"] for work in FEW}
        with pytest.raises(SourceError, match=message):
            harvest_of(api, tmp_path / "pages", **settings)


def test_the_api_itself_down_says_so(tmp_path: Path) -> None:
    with TmdbApi(FEW) as api:
        api.lasting |= {f"/discover/movie?page={page}": FAULTS["html"] for page in (1, 2)}
        with pytest.raises(SourceError, match=r"^tmdb: movie: films cannot be listed: no JSON; try again later"):
            harvest_of(api, tmp_path / "pages")


def test_a_lost_first_page_costs_its_films_only(tmp_path: Path) -> None:
    with tmdb_api(works("movie", 100) + works("tv", 120)) as api:
        api.lasting["/discover/movie?page=1"] = FAULTS["fault"]
        harvest = harvest_of(api, tmp_path / "pages", min_votes=0)
    assert [(reject.reason, reject.title) for reject in harvest.rejects] == [("server fault", "page 1 of a list")]
    assert len(harvest.films) == 200
    ranked = sorted(works("movie", 100) + works("tv", 120), key=lambda w: (-w.votes, w.id, w.path == "tv"))
    found = set(by_id(harvest))
    assert [film.id for film in harvest.films] == [film_id(work) for work in ranked if film_id(work) in found]


@pytest.mark.parametrize("fault", ["html", "fault", "error 200", "refused"])
def test_a_bad_day_of_the_api_costs_nothing_that_was_fetched_before(fault: str, tmp_path: Path) -> None:
    with tmdb_api(FEW) as api:
        first = harvest_of(api, tmp_path / "pages")
        api.lasting |= {work.address: FAULTS[fault] for work in FEW}
        second = harvest_of(api, tmp_path / "pages", refresh_days=0)
        asked = len(api.received)
        third = harvest_of(api, tmp_path / "pages", "", refresh_days=0, offline=True)
        assert len(api.received) == asked
    assert second.films == third.films == first.films
    assert (first.notes, third.notes) == ((), ())
    assert second.notes == ("3 answers were read as they were stored before, because none came that would do",)


def test_half_a_character_is_left_out(tmp_path: Path) -> None:
    with tmdb_api(FEW) as api:
        half = {"title": "Фонарь \ud83d", "overview": "Он \udc00 ушёл.", "tagline": "\U0001f600 \ud83d"}
        api.spoilt["/movie/1"] = half | {"translations": None}
        film = by_id(harvest_of(api, tmp_path / "pages"))["tmdb:movie-1"]
    encode(film)
    assert (film.title, film.description, film.tagline) == ("Фонарь", "Он ушёл.", "\U0001f600")
