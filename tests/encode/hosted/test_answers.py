"""Answers: whatever comes, it gives exactly the right vectors or an error of the service, and nothing else."""

import copy
import json
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from kadr.encode.hosted.answers import MAX_BYTES, Expected, most_bytes, unguarded, vectors_of
from kadr.encode.hosted.embedder import Guard
from kadr.encode.hosted.faults import Asked
from kadr.encode.hosted.secrets import Keys
from kadr.errors import ServiceBusy, ServiceDrifted, ServiceError, ServiceWrong

ASKED = Asked("h.example", "maker/model", "HF_TOKEN", Keys())
DIM = 5
RAW = np.random.default_rng(7).standard_normal((4, DIM))
RIGHT = RAW / np.linalg.norm(RAW, axis=1, keepdims=True)
ROWS: list[Any] = RAW.tolist()
JUNK: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, "0.5", "", [], {}, [0.5], float("nan"), float("inf"), 1e300, 10**400, [[1.0]]]
)
SHAPES: dict[str, Callable[[list[Any]], Any]] = {
    "a list": lambda rows: rows,
    "data": lambda rows: {"data": [{"index": i, "embedding": row} for i, row in enumerate(rows)], "model": "m"},
    "data in another order": lambda rows: {
        "data": [{"index": i, "embedding": row} for i, row in reversed([*enumerate(rows)])]
    },
    "embeddings": lambda rows: {"embeddings": rows},
}


def got(answer: Any, pooling: str = "", count: int = 4) -> NDArray[np.float32]:
    return vectors_of(json.dumps(answer).encode(), Expected(count, DIM, pooling), ASKED)


def vector(*rows: list[float]) -> NDArray[np.float32]:
    return np.array(rows, dtype=np.float32)


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_gives_vectors_of_length_one_in_the_order_of_the_texts(shape: str) -> None:
    vectors = got(SHAPES[shape](ROWS))
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, RIGHT, atol=1e-6)


def test_one_text_and_whole_numbers_are_no_special_case() -> None:
    np.testing.assert_array_equal(got([[0, 3, 0, 4, 0]], count=1), vector([0, 0.6, 0, 0.8, 0]))


@pytest.mark.parametrize("wrapped", [False, True])
def test_token_vectors_become_their_mean_where_the_profile_says_so(*, wrapped: bool) -> None:
    """Ragged: each text has another number of tokens; some endpoints put each text into a list of its own."""
    tokens = [[row, row, (2 * np.array(row)).tolist(), *[row] * n] for n, row in enumerate(ROWS)]
    answer: Any = [[text] for text in tokens] if wrapped else tokens
    np.testing.assert_allclose(got(answer, "mean"), RIGHT, atol=1e-6)
    for pooling in ("cls", "last", ""):
        with pytest.raises(ServiceWrong, match=f"gave one vector a token, where pooling is '{pooling or 'not said'}'"):
            got(answer, pooling)


def test_the_mean_is_of_the_vectors_as_they_are() -> None:
    """A long token weighs more than a short one: the length is set after the mean, not before."""
    np.testing.assert_allclose(
        got([[[3.0, 0, 0, 0, 0], [0, 1.0, 0, 0, 0]]], "mean", 1), vector([3, 1, 0, 0, 0]) / np.sqrt(10), atol=1e-7
    )


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ([], "gave 0 vectors for 4 texts"),
        (ROWS[:3], "gave 3 vectors for 4 texts"),
        ([*ROWS, ROWS[0]], "gave 5 vectors for 4 texts"),
        (ROWS[0], "gave 5 vectors for 4 texts"),
        ([*ROWS[:3], ROWS[3][:-1]], "gave a vector of 4 dimensions where the model has 5"),
        ([*ROWS[:3], [0.0] * DIM], "gave a vector of zeros"),
        ([*ROWS[:3], [1e-46] * DIM], "gave a vector of zeros"),
        ([*ROWS[:3], [1e300] * DIM], "gave a number that is infinite"),
        ([*ROWS[:3], [10**400] * DIM], "gave a number that is infinite"),
        ([*ROWS[:3], [None] * DIM], "does not hold numbers alone"),
        ([*ROWS[:3], ["0.5"] * DIM], "does not hold numbers alone"),
        ([*ROWS[:3], [True] * DIM], "does not hold numbers alone"),
        ([*ROWS[:3], None], "gave something else than a list of numbers"),
        ([*ROWS[:3], "MTIzNA=="], "gave something else than a list of numbers"),
        ([*ROWS[:3], [float("nan")] * DIM], "gave NaN for a number"),
        ([*ROWS[:3], [float("inf")] * DIM], "gave Infinity for a number"),
        ({"data": [{"embedding": row} for row in ROWS]}, "index does not run from 0 to 3"),
        ({"data": [{"index": 0, "embedding": row} for row in ROWS]}, "index does not run from 0 to 3"),
        (
            {"data": [{"index": i + 1, "embedding": row} for i, row in enumerate(ROWS)]},
            "index does not run from 0 to 3",
        ),
        ({"data": [{"index": float(i), "embedding": r} for i, r in enumerate(ROWS)]}, "index does not run from 0 to 3"),
        ({"data": []}, "gave 0 vectors for 4 texts"),
        ({"similarities": [0.5]}, "gave JSON that is no list of vectors"),
        ("ok", "gave JSON that is no list of vectors"),
        (None, "gave JSON that is no list of vectors"),
        ({"error": "CUDA out of memory"}, r"answered 200 with an error \(CUDA out of memory\)"),
    ],
)
def test_what_was_not_asked_for_is_refused(answer: Any, says: str) -> None:
    with pytest.raises(ServiceWrong, match=says) as caught:
        got(answer)
    assert str(caught.value).startswith("h.example, model maker/model: ")


@pytest.mark.parametrize("body", [b"[1e999]", b"9" * 5000, b"[" * 100_000, b"[" * 100_000 + b"]" * 100_000])
def test_json_that_would_break_a_parser_is_refused(body: bytes) -> None:
    with pytest.raises(ServiceError):
        vectors_of(body, Expected(1, 1), ASKED)


@pytest.mark.parametrize(
    "body", [b"", b"<!DOCTYPE html><p>Sign in", b"[[0.1, 0.2", b"\xff\xfe\x00", b"\x1f\x8b\x08\x00", b"OK"]
)
def test_what_is_no_json_may_be_right_the_next_time(body: bytes) -> None:
    with pytest.raises(ServiceBusy, match="answered 200 with"):
        vectors_of(body, Expected(1, 1), ASKED)


def test_a_model_that_is_loading_is_waited_for() -> None:
    with pytest.raises(ServiceBusy, match="is currently loading") as caught:
        got({"error": "Model maker/model is currently loading", "estimated_time": 20.5})
    assert caught.value.wait == 20.5


@given(st.binary(max_size=200) | st.text('[]{}",:0123456789.eE-+ nulltrueNaNInfinity', max_size=80).map(str.encode))
def test_no_bytes_raise_anything_else(body: bytes) -> None:
    try:
        vectors = vectors_of(body, Expected(1, 2, "mean"), ASKED)
    except ServiceError:
        return
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


@given(
    st.sampled_from(sorted(SHAPES)),
    st.booleans(),
    st.lists(st.tuples(st.lists(st.integers(0, 5), max_size=4), JUNK), max_size=2),
)
def test_an_answer_with_junk_anywhere_gives_the_right_vectors_or_none(
    shape: str, tokens: bool, spoils: list[tuple[list[int], Any]]
) -> None:
    rows = [[row, row] for row in ROWS] if tokens else ROWS
    answer = json.loads(json.dumps(SHAPES[shape](rows)))
    for path, junk in spoils:
        answer = spoiled(answer, path, junk)
    try:
        vectors = got(answer, "mean")
    except ServiceError:
        return
    np.testing.assert_allclose(vectors, RIGHT, atol=1e-6)


def spoiled(answer: Any, path: list[int], junk: Any) -> Any:
    """Return the answer with junk at a place, which is found by going down; dictionaries are entered by their keys."""
    if not path or not isinstance(answer, list | dict) or not answer:
        return copy.deepcopy(junk)
    keys: Any = sorted(answer) if isinstance(answer, dict) else range(len(answer))
    key = keys[path[0] % len(keys)]
    answer[key] = spoiled(answer[key], path[1:], junk)
    return answer


@given(st.data())
def test_a_guard_at_its_place_is_taken_out_and_elsewhere_refused(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, 3))
    guard = Guard("c", RIGHT[place].astype(np.float32))
    order = data.draw(st.permutations(range(4)))
    vectors = RIGHT[order].astype(np.float32)
    if order[place] == place:
        left = unguarded(vectors, place, guard, ASKED)
        np.testing.assert_array_equal(left, vectors[[i for i in range(4) if i != place]])
    else:
        with pytest.raises(ServiceWrong, match="another order: that of text") as caught:
            unguarded(vectors, place, guard, ASKED)
        assert not isinstance(caught.value, ServiceDrifted)


def test_a_guard_that_is_nowhere_means_another_model() -> None:
    guard = Guard("c", vector([1, 0, 0, 0, 0])[0])
    near = vector([0.9901, np.sqrt(1 - 0.9901**2), 0, 0, 0], [0, 0, 1, 0, 0])
    assert len(unguarded(near, 0, guard, ASKED)) == 1
    far = vector([0.9899, np.sqrt(1 - 0.9899**2), 0, 0, 0], [0, 0, 1, 0, 0])
    with pytest.raises(ServiceDrifted, match=r"a known text a vector of cosine 0.990 to the one it had"):
        unguarded(far, 0, guard, ASKED)


@pytest.mark.parametrize("indent", [None, 2])
def test_a_right_answer_fits_its_bound(indent: int | None) -> None:
    numbers = [-1.2345678901234567e-100] * 1024
    body = json.dumps({"data": [{"object": "embedding", "index": 9, "embedding": numbers}] * 32}, indent=indent)
    assert len(body) <= most_bytes(Expected(32, 1024))
    assert most_bytes(Expected(32, 8192, "mean")) == MAX_BYTES


def test_a_usual_answer_is_read_in_no_time() -> None:
    """32 texts of 1,024 dimensions take 30 ms; a loop in Python over the numbers would take seconds."""
    body = json.dumps(np.random.default_rng(1).standard_normal((32, 1024)).tolist()).encode()
    started = time.perf_counter()
    vectors_of(body, Expected(32, 1024), ASKED)
    assert time.perf_counter() - started < 1
