"""The numbers of a manifest that decide a ranking: what comes back, what is refused."""

import json
from typing import Any

import pytest

from kadr.errors import BundleDamaged
from kadr.index.lexical import LexicalParams
from kadr.search.params import LEGS, Scale, SearchParams, legs_from_json, lexical_from_json, lexical_to_json
from kadr.search.query_type import QueryType

SEARCH = {"telling_idf": 2.5, "telling_quantile": 0.3, "cyrillic": 0.9}
SCALE = {"dense_weight": 0.2, "floor": 0, "ceiling": 0.9, "near": 0.4, "sure": 0.7}
LEG = {kind.value: SCALE for kind in QueryType}


def test_search_parameters_come_back() -> None:
    assert SearchParams.from_json(SEARCH) == SearchParams(2.5, 0.3, 0.9)


def test_legs_come_back_best_first() -> None:
    legs = legs_from_json({"legs": dict.fromkeys(reversed(LEGS), LEG), "lexical": {"k1": 1}})
    assert [*legs] == [*LEGS]
    for leg in legs.values():
        assert leg.scales == dict.fromkeys(QueryType, Scale(0.2, 0.0, 0.9, 0.4, 0.7))
        assert leg.to_json() == LEG


def test_one_figure_of_a_leg_is_that_of_a_sentence() -> None:
    sentence = {**SCALE, "dense_weight": 0.7, "floor": 0.1, "ceiling": 0.8}
    (leg,) = legs_from_json({"legs": {"hosted": {**LEG, "sentence": sentence}}}).values()
    assert (leg.dense_weight, leg.floor, leg.ceiling) == (0.7, 0.1, 0.8)
    assert leg.scales[QueryType.LONG] == Scale(0.2, 0.0, 0.9, 0.4, 0.7)


@pytest.mark.parametrize("change", [{"telling_idf": "0.4"}, {"telling_idf": None}, {"far": 1.0}])
def test_what_is_no_number_of_ours_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BundleDamaged, match=r"search must hold the numbers cyrillic, telling_idf, telling_quan"):
        SearchParams.from_json({**SEARCH, **change})


@pytest.mark.parametrize("scale", [{**SCALE, "near": "0.4"}, {**SCALE, "far": 1.0}, {"near": 0.4}, 5, None])
def test_a_scale_that_lacks_a_number_is_refused(scale: Any) -> None:
    with pytest.raises(BundleDamaged, match=r"fusion\.legs\.static\.long must hold the numbers ceiling, dense_weight"):
        legs_from_json({"legs": {"static": {**LEG, "long": scale}}})


@pytest.mark.parametrize("leg", [SCALE, {**LEG, "shout": SCALE}, {"title": SCALE}, 5, None])
def test_a_leg_that_lacks_a_type_of_query_is_refused(leg: Any) -> None:
    with pytest.raises(BundleDamaged, match=r"fusion\.legs\.static must hold foreign, keywords, long, sentence, title"):
        legs_from_json({"legs": {"static": leg}})


@pytest.mark.parametrize("legs", [{}, None, [], {"psychic": LEG}])
def test_a_bundle_without_a_leg_that_we_know_is_refused(legs: Any) -> None:
    with pytest.raises(BundleDamaged, match=r"must hold some of hosted, local, distilled, static, embedded"):
        legs_from_json({"legs": legs})


@pytest.mark.parametrize("missing", sorted(SEARCH))
def test_a_missing_number_is_refused(missing: str) -> None:
    with pytest.raises(BundleDamaged, match=missing):
        SearchParams.from_json({name: value for name, value in SEARCH.items() if name != missing})


def test_lexical_parameters_come_back_from_json() -> None:
    for params in (LexicalParams(), LexicalParams(k1=2.0, idf_power=1.0, analysers={"stems": 1.0})):
        assert lexical_from_json(json.loads(json.dumps(lexical_to_json(params)))) == params


@pytest.mark.parametrize(
    "change",
    [
        {"k2": 1.0},
        {"weights": {"title": 1.0}},
        {"b": {}},
        {"analysers": {}},
        {"analysers": {"stems": 0.5, "letters": 0.5}},
        {"weights": 5},
    ],
)
def test_other_lexical_parameters_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BundleDamaged, match=r"manifest\.json: fusion\.lexical"):
        lexical_from_json({**lexical_to_json(LexicalParams()), **change})
