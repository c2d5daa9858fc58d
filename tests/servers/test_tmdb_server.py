"""The loopback TMDB answers as its documentation says, to a client that is not ours."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.servers.tmdb import FAULTS, TOKEN, TmdbApi, tmdb_api, works

STOCK = works("movie", 45) + works("tv", 5)


@pytest.fixture
def api() -> Iterator[TmdbApi]:
    with tmdb_api(STOCK) as opened:
        yield opened


def ask(api: TmdbApi, path: str, token: str = TOKEN, **query: str) -> requests.Response:
    return requests.get(api.url + path, params=query, headers={"Authorization": f"Bearer {token}"}, timeout=5)


def code(answer: requests.Response) -> tuple[int, int]:
    said = answer.json()
    assert said["success"] is False
    assert said["status_message"]
    return answer.status_code, said["status_code"]


@pytest.mark.parametrize(
    ("path", "query", "expected"),
    [
        ("/movie/46", {}, (404, 34)),
        ("/person/1", {}, (404, 34)),
        ("/discover/movie", {"page": "0"}, (400, 22)),
        ("/discover/movie", {"page": "501"}, (400, 22)),
        ("/discover/movie", {"page": "x"}, (400, 22)),
        ("/discover/tv", {"first_air_date.gte": "1999"}, (400, 23)),
        ("/movie/1", {"api_key": "0" * 32}, (401, 7)),
    ],
)
def test_refusals_have_the_documented_codes(
    api: TmdbApi, path: str, query: dict[str, str], expected: tuple[int, int]
) -> None:
    assert code(ask(api, path, **query)) == expected


def test_only_the_token_opens_it(api: TmdbApi) -> None:
    assert code(ask(api, "/movie/1", "other")) == (401, 7)
    assert code(requests.get(f"{api.url}/movie/1", timeout=5)) == (401, 7)
    assert ask(api, "/movie/1").status_code == 200


def test_lists_have_pages_of_twenty_sorted_by_votes(api: TmdbApi) -> None:
    pages = [ask(api, "/discover/movie", page=str(n)).json() for n in (1, 2, 3, 4)]
    assert [len(page["results"]) for page in pages] == [20, 20, 5, 0]
    assert {(page["total_pages"], page["total_results"]) for page in pages} == {(3, 45)}
    votes = [each["vote_count"] for page in pages for each in page["results"]]
    assert votes == sorted(votes, reverse=True)
    assert len({each["id"] for page in pages for each in page["results"]}) == 45


def test_lists_keep_to_dates_and_votes(api: TmdbApi) -> None:
    bounds = {
        "primary_release_date.gte": "1970-01-01",
        "primary_release_date.lte": "1989-12-31",
        "vote_count.gte": "99",
    }
    results: list[dict[str, Any]] = ask(api, "/discover/movie", **bounds).json()["results"]
    wanted = {w.id for w in STOCK if w.path == "movie" and "1970" <= w.date[:4] <= "1989" and w.votes >= 99}
    assert {each["id"] for each in results} == wanted
    assert wanted


def test_only_parts_that_are_asked_for_come(api: TmdbApi) -> None:
    bare = ask(api, "/movie/1").json()
    whole = ask(api, "/movie/1", append_to_response="credits,keywords,release_dates,content_ratings").json()
    assert set(whole) - set(bare) == {"credits", "keywords", "release_dates"}
    series = ask(api, "/tv/4", append_to_response="keywords,credits,aggregate_credits").json()
    assert "results" in series["keywords"]
    assert [len(series[name]["cast"]) for name in ("aggregate_credits", "credits")] == [4, 2]


def test_texts_are_in_the_language_or_empty_and_titles_never_empty(api: TmdbApi) -> None:
    bare = STOCK[19]  # nobody translated its title or its overview
    russian, english = ask(api, "/movie/20", language="ru-RU").json(), ask(api, "/movie/20", language="en-US").json()
    assert (russian["title"], russian["overview"]) == (bare.original, "")
    assert (english["title"], english["overview"]) == (bare.en[0], bare.en[1])
    assert bare.en[1]


def test_faults_come_in_order_and_lasting_ones_stay(api: TmdbApi) -> None:
    api.faults["/movie/1"] = [FAULTS["busy"], FAULTS["fault"]]
    api.lasting["/movie/2"] = FAULTS["html"]
    answers = [ask(api, "/movie/1") for _ in range(3)]
    assert [each.status_code for each in answers] == [429, 500, 200]
    assert answers[0].headers["retry-after"] == "0"
    assert [ask(api, "/movie/2").headers["content-type"] for _ in range(2)] == ["text/html"] * 2
    assert api.asked("/movie/1") == ["/movie/1"] * 3
