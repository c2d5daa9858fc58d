"""How reranking and rewriting are opened: off by default, by whose leave, at which address, with which token."""

import contextlib
import json
from typing import Any

import numpy as np
import pytest

from kadr.errors import BundleDamaged, ConfigError
from kadr.search.ladder import NO_ACCESS
from kadr.search.opening import Access
from kadr.search.refine import CHAT_URL, RERANK_URL, check_refine, open_refiner
from kadr.search.refine_params import RERANK, REWRITE, RefineParams
from tests.search.stories import QUERIES, QUERY, Shelf, answered, relevance, shelf
from tests.servers.ranking import MODEL, RankingServer

PATIENCE = 20.0
OWN = "the-own-token-of-tests"
BOTH = RefineParams(rerank=MODEL, rewrite="maker/chat")


@pytest.fixture(scope="module")
def stories() -> Shelf:
    return shelf()


def test_off_by_default_nothing_is_loaded_or_changed(stories: Shelf) -> None:
    for refiner in (
        open_refiner(RefineParams(), Access({}), own_encoder=False),
        open_refiner(RefineParams.from_json({}), None, own_encoder=True),
    ):
        assert (refiner.rewriter, refiner.cross, refiner.fault, refiner.lacks()) == (None, None, "", {})
        refining = refiner.begin("a query", PATIENCE)
        query = next(iter(QUERIES))
        np.testing.assert_array_equal(answered(stories, refining, query), stories.ranked(stories.scored(query)))
        assert refining.lacks == {}
        refiner.close()


def test_without_access_it_says_what_it_lacks() -> None:
    for access, fault in ((None, ""), (Access({}), "HF_TOKEN is not set")):
        refiner = open_refiner(BOTH, access, own_encoder=False)
        assert refiner.begin("a query of words", 1.0).lacks == {REWRITE: NO_ACCESS, RERANK: NO_ACCESS}
        assert refiner.begin("a title", 1.0, rewrite=False).lacks == {RERANK: NO_ACCESS}
        assert refiner.begin("", 1.0).lacks == {}
        assert refiner.lacks() == {REWRITE: NO_ACCESS, RERANK: NO_ACCESS}
        assert refiner.fault == fault


def test_an_address_out_of_a_bundle_gets_no_token_and_one_of_the_environment_does(stories: Shelf) -> None:
    with RankingServer(relevance) as rank:
        params = RefineParams(rerank=MODEL, rerank_url=rank.url)
        environ = {"KADR_INFERENCE_TOKEN": OWN, "HF_TOKEN": "hf_TheHubTokenOfTests"}
        for more in ({}, {RERANK_URL: rank.url}):
            with contextlib.closing(open_refiner(params, Access(environ | more), own_encoder=False)) as refiner:
                answered(stories, refiner.begin(QUERY, PATIENCE), QUERY)
            assert (f"Bearer {OWN}" in rank.log) is bool(more)
            assert "hf_TheHub" not in rank.log


def test_what_stands_for_the_router_is_asked_but_not_where_it_stands_for_the_encoder() -> None:
    with RankingServer(relevance) as rank:
        params, environ = RefineParams(rerank=MODEL), {"HF_HUB_DISABLE_IMPLICIT_TOKEN": "1"}
        near = open_refiner(params, Access(environ, base=rank.url), own_encoder=False)
        assert near.cross is not None
        near.close()
        far = open_refiner(params, Access(environ, base=rank.url), own_encoder=True)
        assert (far.cross, far.fault) == (None, "HF_TOKEN is not set")


@pytest.mark.parametrize(
    ("params", "environ", "fault"),
    [
        (RefineParams(rerank="../x"), {"HF_TOKEN": "hf_abcdefgh"}, "search.rerank: must be organisation/name"),
        (RefineParams(rewrite="x"), {CHAT_URL: "https://me:sesame@h"}, "KADR_CHAT_URL: must be an address"),
        (RefineParams(rerank="x"), {RERANK_URL: "file:///etc"}, "KADR_RERANK_URL: must be an address"),
        (RefineParams(rerank="a/b"), {"HF_TOKEN": "hf_a b"}, "HF_TOKEN: holds a space"),
    ],
)
def test_what_cannot_be_asked_is_told_to_the_operator_alone(
    params: RefineParams, environ: dict[str, str], fault: str
) -> None:
    refiner = open_refiner(params, Access(environ), own_encoder=False)
    assert refiner.fault.startswith(fault)
    assert "sesame" not in refiner.fault
    assert set(refiner.begin("some words of a query", 1.0).lacks.values()) == {NO_ACCESS}


def test_parameters_survive_the_manifest() -> None:
    params = RefineParams("a/b", "https://h/x", 20, 0.25, "c/d:fastest", "https://h/v1", 0.1, 1)
    assert RefineParams.from_json(json.loads(json.dumps(params.to_json()))) == params
    assert RefineParams.from_json({}) == RefineParams()
    assert RefineParams().wanted == ()


@pytest.mark.parametrize(
    "data",
    [
        {"rerank": 1},
        {"rerank_depth": 0.5},
        {"rerank_depth": True},
        {"rerank_depth": 0},
        {"rerank_weight": "0.5"},
        {"rerank_weight": float("nan")},
        {"guess_weight": 1.1},
        {"retelling_weight": -0.1},
        {"more": 1},
    ],
)
def test_a_damaged_manifest_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(BundleDamaged, match=r"^manifest.json: search.refine.*; rebuild the bundle$"):
        RefineParams.from_json(data)


def test_a_build_refuses_what_cannot_be_asked() -> None:
    check_refine(RefineParams())
    check_refine(RefineParams("a/b", rewrite="c/d:cheapest"))
    check_refine(RefineParams("any name", "http://10.0.0.7:8080", rewrite="x", rewrite_url="https://h.example/v1"))
    with pytest.raises(ConfigError, match=r"^search.rewrite: must be organisation/name"):
        check_refine(RefineParams("a/b", rewrite="no slash"))
    with pytest.raises(ConfigError, match=r"^search.rewrite_url: must be an address"):
        check_refine(RefineParams(rewrite="x", rewrite_url="h.example"))


def test_a_weight_out_of_range_names_its_key() -> None:
    with pytest.raises(ConfigError, match=r"^search.guess_weight: must lie between 0 and 1$"):
        RefineParams(guess_weight=2)
