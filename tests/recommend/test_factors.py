import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from kadr.errors import BundleDamaged
from kadr.index.arrays import save
from kadr.recommend.card import ModelCard, Weights
from kadr.recommend.factors import Factors
from kadr.recommend.fold_in import Fading

NUMBERS = st.floats(-100, 100, width=32)
MATRICES = hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=8).flatmap(
    lambda shape: st.tuples(*[hnp.arrays(np.float32, shape, elements=NUMBERS)] * 2)
)
ENCODER = np.random.default_rng(1).normal(size=(7, 5)).astype(np.float32)
DECODER = np.random.default_rng(2).normal(size=(7, 5)).astype(np.float32)
CARD = ModelCard(
    "ease-uw",
    "reduced-rank",
    {"ratings": 12, "users": 3, "films": 7, "liked_from": 7.0, "sha256": "0" * 64},
    {"rank": 5, "ridge": 700.0},
    {"ndcg@10": 0.35},
    Weights(1.0, 0.2, 0.1, 0.3),
    Fading(10.0, 0.1),
)


@given(MATRICES)
def test_rounding_moves_no_number_by_more_than_half_a_step(
    matrices: tuple[NDArray[np.float32], NDArray[np.float32]],
) -> None:
    encoder, decoder = matrices
    factors = Factors.quantised(encoder, decoder)
    rows = np.arange(factors.n_films)
    for rounded, exact in ((factors.encoded(rows), encoder), (factors.decoded(rows), decoder)):
        steps = np.abs(exact).max(axis=1, keepdims=True) / 127
        assert (np.abs(rounded - exact) <= steps * 0.5001 + 1e-30).all()
        assert (np.sign(rounded) * np.sign(exact) >= 0).all()


@given(MATRICES)
@settings(max_examples=20)
def test_what_was_saved_is_what_is_opened(
    tmp_path_factory: pytest.TempPathFactory, matrices: tuple[NDArray[np.float32], NDArray[np.float32]]
) -> None:
    folder = tmp_path_factory.mktemp("factors")
    factors = Factors.quantised(*matrices)
    factors.save(folder)
    opened = Factors.open(folder, factors.n_films)
    rows = np.arange(factors.n_films)[::-1]
    assert np.array_equal(opened.encoded(rows), factors.encoded(rows))
    assert np.array_equal(opened.decoded(rows), factors.decoded(rows))
    assert opened.nbytes == factors.nbytes == 2 * factors.n_films * (factors.rank + 4)


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("encoder", np.zeros((6, 5), np.int8)),
        ("encoder", np.zeros((7, 4), np.int8)),
        ("decoder", np.zeros((7, 5), np.int16)),
        ("decoder", np.zeros(35, np.int8)),
        ("encoder_scales", np.zeros(8, np.float32)),
        ("decoder_scales", np.zeros(7, np.float64)),
        ("decoder_scales", np.full(7, np.nan, np.float32)),
        ("encoder_scales", np.full(7, -1, np.float32)),
    ],
)
def test_arrays_that_do_not_fit_are_refused(tmp_path: Path, name: str, array: NDArray[np.generic]) -> None:
    Factors.quantised(ENCODER, DECODER).save(tmp_path)
    save(tmp_path / f"{name}.npy", array)
    with pytest.raises(BundleDamaged, match=r"^(en|de)coder(_scales)?\.npy: .*rebuild") as caught:
        Factors.open(tmp_path, 7)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["encoder", "encoder_scales", "decoder", "decoder_scales"])
def test_missing_and_cut_files_are_refused(tmp_path: Path, name: str) -> None:
    Factors.quantised(ENCODER, DECODER).save(tmp_path)
    path = tmp_path / f"{name}.npy"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(BundleDamaged, match=rf"^{name}\.npy: is cut short"):
        Factors.open(tmp_path, 7)
    path.unlink()
    with pytest.raises(BundleDamaged, match=rf"^{name}\.npy: is missing"):
        Factors.open(tmp_path, 7)


@pytest.mark.parametrize("card", [CARD, ModelCard("als", "als", {})])
def test_a_card_comes_back_as_it_was(tmp_path: Path, card: ModelCard) -> None:
    card.save(tmp_path)
    first = (tmp_path / "model.json").read_bytes()
    assert ModelCard.open(tmp_path) == card
    ModelCard.open(tmp_path).save(tmp_path)
    assert (tmp_path / "model.json").read_bytes() == first


def test_a_card_that_was_written_before_votes_counted_gives_them_no_weight(tmp_path: Path) -> None:
    CARD.save(tmp_path)
    path = tmp_path / "model.json"
    said = json.loads(path.read_text(encoding="utf-8"))
    assert said["fusion"].pop("votes") == CARD.fusion.votes == 0.3
    path.write_text(json.dumps(said), encoding="utf-8")
    assert ModelCard.open(tmp_path).fusion == Weights(1.0, 0.2, 0.1, 0.0)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", ""),
        ("name", 3),
        ("kind", None),
        ("trained_on", 5),
        ("fusion", {"collaborative": -1}),
        ("fusion", {"collaborative": True}),
        ("fusion", {"votes": -1}),
        ("fusion", {"other": 1}),
        ("fusion", None),
        ("history", {"half_life": 0, "floor": 0.1}),
        ("history", {"half_life": 10, "floor": 2}),
        ("history", {"half_life": 10}),
    ],
)
def test_a_card_that_was_changed_is_refused(tmp_path: Path, key: str, value: object) -> None:
    CARD.save(tmp_path)
    path = tmp_path / "model.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | {key: value}), encoding="utf-8")
    with pytest.raises(BundleDamaged, match=r"^model\.json: "):
        ModelCard.open(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[" * 100_000, " " * 1_100_000])
def test_a_file_that_is_no_card_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "model.json").write_text(text, encoding="utf-8")
    with pytest.raises(BundleDamaged, match=r"^model\.json: "):
        ModelCard.open(tmp_path)
    with pytest.raises(BundleDamaged, match=r"^model\.json: is missing"):
        ModelCard.open(tmp_path / "nowhere")
