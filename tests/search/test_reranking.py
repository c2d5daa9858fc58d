"""What a cross-encoder changes, and what it cannot."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from kadr.film import Description, Film
from kadr.search.rerank import (
    DEPTH,
    LOWEST_OF_FIRST,
    WEIGHT,
    calibrated,
    head_of,
    reading,
    reranked,
    scores_in_places,
)

Scores = NDArray[np.float32]
UNITS = arrays(np.float32, st.integers(1, 60), elements=st.floats(0, 1, width=32))
LOGITS = arrays(np.float32, st.integers(1, 60), elements=st.floats(-30, 30, width=32))


def both(seed: int, size: int) -> tuple[Scores, Scores]:
    """Return fused scores, best first, and those of a cross-encoder."""
    random = np.random.default_rng(seed)
    fused = np.sort(random.random(size, dtype=np.float32))[::-1].copy()
    return fused, random.random(size, dtype=np.float32)


@given(st.integers(0, 10_000), st.integers(1, 60), st.floats(0, 1), st.booleans())
def test_it_is_a_new_order_of_the_same_films(seed: int, size: int, weight: float, keeps_first: bool) -> None:
    order = reranked(*both(seed, size), weight, keeps_first=keeps_first)
    assert sorted(order.tolist()) == list(range(size))


@given(st.integers(0, 10_000), st.integers(2, 60), st.floats(0, 1), st.booleans())
def test_what_both_voices_put_before_stays_before(seed: int, size: int, weight: float, keeps_first: bool) -> None:
    fused, cross = both(seed, size)
    place = np.argsort(reranked(fused, cross, weight, keeps_first=keeps_first))
    for a in range(size):
        for b in range(a + 1, size):
            assert cross[a] < cross[b] or place[a] < place[b]


@given(st.integers(0, 10_000), st.integers(1, 60))
def test_without_weight_or_difference_nothing_moves(seed: int, size: int) -> None:
    fused, cross = both(seed, size)
    unmoved = list(range(size))
    assert reranked(fused, cross, 0.0, keeps_first=True).tolist() == unmoved
    assert reranked(fused, np.full(size, 0.3, np.float32), WEIGHT, keeps_first=True).tolist() == unmoved
    assert reranked(np.full(size, 0.3, np.float32), np.zeros(size, np.float32), 1.0, keeps_first=False).tolist() == (
        unmoved
    )


@given(UNITS, st.floats(0, 1))
def test_the_first_film_never_sinks_below_the_third_place(cross: Scores, weight: float) -> None:
    fused = np.linspace(0.9, 0.1, cross.size, dtype=np.float32)
    order = reranked(fused, cross, weight, keeps_first=True).tolist()
    assert order.index(0) < LOWEST_OF_FIRST


def test_a_cross_encoder_that_is_sure_decides_alone_but_for_the_first() -> None:
    fused = np.array([0.9, 0.85, 0.8, 0.75, 0.7], np.float32)
    cross = calibrated(np.array([0.001, 0.01, 0.3, 0.9, 0.99], np.float32))
    assert reranked(fused, cross, WEIGHT, keeps_first=True).tolist() == [4, 3, 0, 2, 1]
    assert reranked(fused, cross, WEIGHT, keeps_first=False).tolist() == [4, 3, 2, 1, 0]


@given(LOGITS)
def test_calibration_keeps_the_order_and_what_one_film_gets_hangs_on_no_other(logits: Scores) -> None:
    assume(logits.min() < 0)
    soft = calibrated(logits)
    assert soft.dtype == np.float32
    assert ((soft > 0) & (soft < 1)).all()
    order = np.argsort(logits, kind="stable")
    assert (np.diff(soft[order]) >= 0).all()
    kept = logits <= logits.min()
    np.testing.assert_array_equal(calibrated(logits[kept]), soft[kept])


@given(LOGITS)
def test_probabilities_and_their_logits_come_to_the_same(logits: Scores) -> None:
    assume(logits.min() < 0)
    within = np.clip(logits, -8, 8)  # beyond, single precision rounds probabilities to 1
    probabilities = (1 / (1 + np.exp(-within.astype(np.float64)))).astype(np.float32)
    np.testing.assert_allclose(calibrated(probabilities), calibrated(within), atol=1e-3)


@pytest.mark.parametrize(("score", "least", "most"), [(0.0, 0.002, 0.003), (1.0, 0.997, 0.998), (0.5, 0.5, 0.5)])
def test_sure_probabilities_are_softened(score: float, least: float, most: float) -> None:
    assert least <= calibrated(np.array([score], np.float32))[0] <= most


def test_what_the_model_is_sure_of_passes_and_what_it_doubts_does_not() -> None:
    fused = np.array([1.0, 0.0], np.float32)
    sure, doubtful = (calibrated(np.array(logits, np.float32)) for logits in ([-5, 5], [-1, 1]))
    assert reranked(fused, sure, WEIGHT, keeps_first=False).tolist() == [1, 0]
    assert reranked(fused, doubtful, WEIGHT, keeps_first=False).tolist() == [0, 1]


def test_exact_titles_are_not_in_the_head() -> None:
    ranked = np.array([7, 3, 9, 1, 4])
    assert head_of(ranked, np.array([3, 7]), DEPTH) == slice(2, 5)
    assert head_of(ranked, np.array([], np.int64), 3) == slice(0, 3)
    assert head_of(ranked, np.array([3, 7, 9]), 2) == slice(3, 3), "there is nothing to read"
    assert head_of(ranked[:0], np.array([3]), DEPTH) == slice(0, 0)


def test_scores_stay_with_the_places() -> None:
    scores = np.array([0.1, 0.9, 0.5, 0.7], np.float32)
    moved = scores_in_places(scores, [1, 3, 2], [2, 1, 3])
    np.testing.assert_array_equal(moved, np.array([0.1, 0.7, 0.9, 0.5], np.float32))
    assert scores[1] == np.float32(0.9), "the old ones are left alone"


def test_a_film_is_read_with_its_facts_and_in_the_language_of_the_query() -> None:
    film = Film(
        "s:1",
        "Маяк",
        original_title="The Light",
        year=2004,
        genres=("драма", "мелодрама"),
        descriptions=(Description("Смотритель пишет письма.", "a", "ru"), Description("A keeper writes.", "b", "en")),
    )
    assert reading(film, "про маяк") == "Маяк / The Light (2004). драма, мелодрама. Смотритель пишет письма."
    assert reading(film, "about a keeper").endswith("A keeper writes.")
    assert reading(film, "1984") == reading(film, "про маяк")
    assert reading(Film("s:2", "Без слов"), "x") == "Без слов"


@given(st.text(min_size=1, max_size=400), st.text(max_size=5_000))
def test_what_is_read_of_a_film_is_bounded(title: str, text: str) -> None:
    film = Film("s:1", f"T{title}", genres=("g" * 400,), descriptions=(Description(text),))
    assert len(reading(film, "q")) <= 1_302
