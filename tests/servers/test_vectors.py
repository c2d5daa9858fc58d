"""The stand-in's vectors: a function of the text by which a search makes sense."""

import json

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.servers.vectors import cut, json_of, tokens_json_of, tokens_of, vector_of, words_of

texts = st.text(max_size=60) | st.lists(st.sampled_from(("маяк", "шторм", "Bread", "sea")), max_size=8).map(" ".join)


@given(texts, st.sampled_from(("", "maker/model")))
def test_the_same_text_has_the_same_vector_of_length_one(text: str, model: str) -> None:
    vector = vector_of(text, 24, model)
    assert vector.dtype == np.float32
    assert vector.shape == (24,)
    assert np.isclose(np.linalg.norm(vector), 1, atol=1e-6)
    assert np.array_equal(vector, vector_of(text, 24, model))


@given(texts)
def test_json_gives_back_the_very_numbers(text: str) -> None:
    vector = vector_of(text, 24, unit=False)
    assert np.array_equal(np.asarray(json.loads(json_of(vector)), dtype=np.float32), vector)


@given(texts)
def test_the_mean_of_the_tokens_is_the_text(text: str) -> None:
    tokens = tokens_of(text, 24, "m")
    assert tokens.shape == (len(words_of(text)) + 2, 24)
    assert np.allclose(tokens.mean(axis=0), vector_of(text, 24, "m", unit=False), atol=1e-5)
    assert np.shape(json.loads(tokens_json_of(tokens))) == tokens.shape
    assert not np.allclose(tokens[0], tokens[1])


def test_texts_that_share_words_are_near() -> None:
    near = vector_of("смотритель маяка выходит в шторм", 256) @ vector_of("шторм у маяка", 256)
    far = vector_of("смотритель маяка выходит в шторм", 256) @ vector_of("две сестры пекут хлеб", 256)
    assert near > far + 0.2


def test_order_and_case_matter_a_little_and_the_model_a_lot() -> None:
    one = vector_of("Sea storm", 256, "a")
    assert 0.99 < one @ vector_of("storm sea", 256, "a") < 0.99999
    assert abs(one @ vector_of("Sea storm", 256, "b")) < 0.4


def test_a_long_text_is_cut_to_its_tokens() -> None:
    assert cut("один два", 4) == "один два"
    assert cut("один, два; три", 4) == "один два"
