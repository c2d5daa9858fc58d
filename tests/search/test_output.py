"""A result as JSON and as text."""

import json
import re
from dataclasses import replace

import pytest

from kadr.encode.hosted.lack import Lack
from kadr.film import Description, Film, Kind
from kadr.search.ladder import NO_ACCESS
from kadr.search.output import LACKS, hit_to_json, to_json, to_text
from kadr.search.types import Correction, FacetValue, Hit, Mode, Piece, SearchResult, Why, Wish, WordMatch

FILM = Film(
    id="x:1",
    title="Маяк",
    year=2001,
    kind=Kind.FILM,
    genres=("драма", "комедия", "ужасы"),
    countries=("Франция",),
    descriptions=(Description("Смотритель ждёт.", "x", "ru"),),
    external_ids={"imdb": "tt1"},
)
WHY = Why(exact_title=True, words=(WordMatch("Маяк", "title"), WordMatch("ждёт", "description")), nearness=0.724)
HIT = Hit(FILM, 11, 0.87654321, (Piece("Смотритель "), Piece("ждёт", marked=True), Piece(".")), WHY)
RESULT = SearchResult(
    query="маяк",
    mode=Mode.HYBRID,
    total=25,
    hits=(HIT,),
    facets={"genre": (FacetValue("драма", 3, chosen=True),)},
    took_ms={"total": 1.5},
)


def test_json_holds_the_whole_answer_in_plain_values() -> None:
    data = json.loads(json.dumps(to_json(RESULT)))
    assert list(data) == [
        "query", "mode", "encoder", "degraded", "total", "facets", "hits", "took_ms",
        "correction", "wishes", "relaxed",
        "following", "refined",
    ]  # fmt: skip
    assert (data["query"], data["mode"], data["degraded"], data["total"]) == ("маяк", "hybrid", "", 25)
    assert data["facets"] == {"genre": [{"value": "драма", "count": 3, "chosen": True}]}
    assert data["took_ms"] == {"total": 1.5}
    (hit,) = data["hits"]
    assert hit == json.loads(json.dumps(hit_to_json(HIT)))
    assert (hit["rank"], hit["score"]) == (11, 0.876543)
    assert (hit["film"]["id"], hit["film"]["kind"], hit["film"]["genres"]) == ("x:1", "film", [*FILM.genres])
    assert hit["film"]["external_ids"] == {"imdb": "tt1"}
    assert hit["film"]["descriptions"] == [{"text": "Смотритель ждёт.", "source": "x", "language": "ru"}]
    assert hit["snippet"][1] == {"text": "ждёт", "marked": True}
    assert hit["why"] == {
        "exact_title": True,
        "words": [{"word": "Маяк", "field": "title"}, {"word": "ждёт", "field": "description"}],
        "nearness": 0.724,
    }


UNDERSTOOD = replace(
    RESULT,
    correction=Correction("маяк без моря", "маяк бз моря", ((5, 8),), "typo"),
    wishes=(
        Wish("genre:драма", "genre", "драма", ((0, 5),)),
        Wish("-country:сша", "country", "США", (), negated=True, soft=True),
    ),
    relaxed=True,
    refined={"rewrite": "slow", "rerank": ""},
)


def test_what_was_understood_is_in_json() -> None:
    data = json.loads(json.dumps(to_json(UNDERSTOOD)))
    assert data["correction"]["shown"] == "маяк без моря"
    assert data["wishes"][0] == {
        "key": "genre:драма", "kind": "genre", "label": "драма", "spans": [[0, 5]], "negated": False, "soft": False,
    }  # fmt: skip
    assert (data["relaxed"], data["refined"]) == (True, {"rewrite": "slow", "rerank": ""})


def test_what_was_understood_is_told_before_the_films() -> None:
    told = to_text(UNDERSTOOD).splitlines()[1:5]
    assert told == [
        "Searched for: маяк без моря (--as-typed searches for what was typed)",
        "Understood: драма, not США (if possible) (--ignore 'genre:драма' takes one away, --no-wishes all)",
        "No film meets all of this, so that what is least sure only moves the order.",
        f"Not retold: {LACKS['slow']}",
    ]


def test_a_film_without_a_kind_is_json_too() -> None:
    assert hit_to_json(replace(HIT, film=replace(FILM, kind=None)))["film"]["kind"] is None


def test_text_names_the_film_its_facts_and_why() -> None:
    assert to_text(RESULT).splitlines() == [
        "25 films, hybrid",
        " 11. Маяк (2001, драма, комедия, Франция)  0.877",
        "     Смотритель [ждёт].",
        "     exact title; title: Маяк; description: ждёт; near in meaning 72%",
    ]


def test_text_leaves_out_what_is_not_known() -> None:
    bare = Hit(Film(id="a", title="Луна"), 1, 0.5)
    assert to_text(replace(RESULT, hits=(bare,))).splitlines()[1].rstrip() == "  1. Луна  0.500"


def test_one_film_is_one() -> None:
    assert to_text(replace(RESULT, total=1)).startswith("1 film, hybrid\n")


@pytest.mark.parametrize("lack", [NO_ACCESS, *(each.value for each in Lack)])
def test_text_says_in_a_sentence_why_a_better_encoder_did_not_answer(lack: str) -> None:
    said = to_text(replace(RESULT, encoder="distilled", degraded=lack)).splitlines()
    assert said[0] == "25 films, hybrid by the distilled encoder"
    assert re.fullmatch(r"[A-Z][^_]+ hosted model [^_]+\.", said[1])
    assert to_text(replace(RESULT, hits=(), total=0, degraded=lack)).splitlines()[1:] == [said[1]]


def test_no_two_reasons_are_told_alike() -> None:
    assert len({*LACKS.values()}) == len(LACKS) == len(Lack) + 1


def test_text_of_an_empty_answer_says_what_to_do() -> None:
    assert to_text(replace(RESULT, hits=(), total=0)).startswith("Nothing close was found.")
