"""The stand-in answers as Wikimedia documents it."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.servers.wiki import WikiServer, cut, lagging
from tests.servers.wiki_films import wiki_films

AGENT = {"User-Agent": "test/1.0 (+https://example.org)"}
FILMS = wiki_films(60, 1999, 1999)


@pytest.fixture
def server() -> Iterator[WikiServer]:
    with WikiServer(FILMS, redirects={"Старое": "Название 0"}, most_bytes=3_000) as opened:
        yield opened


def ask(server: WikiServer, path: str, **query: str) -> Any:
    request = urllib.request.Request(f"{server.url}{path}?{urlencode(query)}", headers=AGENT)  # noqa: S310 - loopback
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - as above
        return json.loads(answer.read())


def articles(server: WikiServer, titles: str, **more: str) -> Any:
    return ask(server, "/ru/w/api.php", titles=titles, **more)


def entries(server: WikiServer, ids: str) -> Any:
    return ask(server, "/wikidata/w/api.php", ids=ids, props="labels|claims", languages="ru")


def test_a_user_agent_without_a_contact_is_refused(server: WikiServer) -> None:
    with pytest.raises(urllib.error.HTTPError, match="403") as refused:
        urllib.request.urlopen(f"{server.url}/sparql?query=x")  # noqa: S310 - loopback
    refused.value.close()


def test_fifty_and_no_more(server: WikiServer) -> None:
    assert entries(server, "|".join(["Q1"] * 51))["error"]["code"] == "toomanyvalues"
    assert articles(server, "|".join(["Ы"] * 51))["error"]["code"] == "toomanyvalues"
    assert len(entries(server, "|".join(film.qid for film in FILMS[:50]))["entities"]) == 50


def test_entries(server: WikiServer) -> None:
    got = entries(server, "Q100000|Q999")["entities"]
    assert got["Q999"] == {"id": "Q999", "missing": True}
    assert got["Q100000"]["labels"] == {"ru": {"language": "ru", "value": "Название 0"}}
    assert "sitelinks" not in got["Q100000"]
    assert entries(server, "Q100000|X")["error"]["code"] == "no-such-entity"


def test_articles_are_continued_until_all_are_told(server: WikiServer) -> None:
    titles = "|".join(film.articles["ru"][0] for film in FILMS[:8])
    got = articles(server, titles)
    texts: dict[str, str] = {}
    rounds = 0
    while True:
        found = [page for page in got["query"]["pages"] if "revisions" in page]
        texts |= {page["title"]: page["revisions"][0]["slots"]["main"]["content"] for page in found}
        rounds += 1
        if "continue" not in got:
            break
        assert "batchcomplete" not in got
        got = articles(server, titles, **got["continue"])
    assert got["batchcomplete"] is True
    assert texts == {title: text for film in FILMS[:8] for title, text in [film.articles["ru"]]}
    assert rounds > 3


def test_redirects_spelling_and_missing_pages_are_told(server: WikiServer) -> None:
    query = articles(server, "старое|Нет такой")["query"]
    assert query["normalized"] == [{"fromencoded": False, "from": "старое", "to": "Старое"}]
    assert query["redirects"] == [{"from": "Старое", "to": "Название 0"}]
    assert {page["title"]: page.get("missing", False) for page in query["pages"]} == {
        "Название 0": False,
        "Нет такой": True,
    }


def test_faults() -> None:
    with WikiServer(FILMS, faults=lambda asked, right: None if asked.times else lagging(right)) as server:
        assert articles(server, "Название 0")["error"]["code"] == "maxlag"
        assert articles(server, "Название 0")["query"]["pages"]
    with (
        WikiServer(FILMS, faults=lambda _, right: cut(right)) as server,
        pytest.raises(ValueError, match="column"),
    ):
        articles(server, "Название 0")
