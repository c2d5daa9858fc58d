"""What the distilled encoder is fitted on, of all that a model gave: no more than there is, and no film twice seen."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from kadr.encode.distil import fit_distilled, vocabulary
from kadr.encode.distilled import DistilledEncoder
from kadr.encode.encoder import Profile, Role
from kadr.encode.passages import Passages
from kadr.film import Description, Film
from kadr.vectorise import Questions, distilling
from kadr.vectorise.distilling import Given, distilled
from kadr.vectorise.price import Texts

DIM = 24
PROFILE = Profile(provider="hosted", model="a-teacher", dim=DIM)
WORDS = [f"{a}{b}к" for a in ("бар", "вод", "гор", "дом", "зем", "лун", "мор", "пол") for b in "аеиоу"]
LENGTH = 14


def films(n: int) -> list[Film]:
    draw = np.random.default_rng(7)
    return [
        Film(
            id=f"{i:03}",
            title=f"Фильм {i}",
            descriptions=tuple(Description(" ".join(draw.choice(WORDS, LENGTH)) + ".") for _ in range(2)),
        )
        for i in range(n)
    ]


def taught(texts: list[str] | tuple[str, ...], seed: int = 3) -> NDArray[np.float32]:
    """Return what a teacher says: the sum of its words' directions, float32 (n, DIM), of length one."""
    draw = np.random.default_rng(seed)
    meaning = {word[:4]: draw.standard_normal(DIM) for word in WORDS}
    sums = [sum((meaning.get(word[:4], np.zeros(DIM)) for word in text.split()), np.ones(DIM) / 9) for text in texts]
    unit: NDArray[np.float32] = np.array([each / np.linalg.norm(each) for each in sums], dtype=np.float32)
    return unit


def given(n: int) -> tuple[Given, Questions]:
    catalogue = films(n)
    questions = Questions.of(catalogue, paid=True)
    passages = Passages.of(catalogue)
    words = vocabulary(passages.wholes)
    texts = Texts(passages, questions.reduced, questions=(), ready=(), words=words, asks_model=False)
    return Given(
        texts, PROFILE, taught(passages.texts), taught(questions.reduced.texts), taught(list(words))
    ), questions


def same(folder: Path, encoder: DistilledEncoder) -> bool:
    saved = DistilledEncoder.open(folder, PROFILE)
    asked = [*WORDS, "барак водек", "лунок моруу зему"]
    return np.array_equal(saved.encode(asked, Role.QUERY), encoder.encode(asked, Role.QUERY), equal_nan=True)


def test_it_is_fitted_on_all_words_and_films_and_saved(tmp_path: Path) -> None:
    told, questions = given(60)
    asked = distilled(told, questions, tmp_path)
    assert same(
        tmp_path, fit_distilled(told.texts.words, told.words, told.texts.passages.wholes, told.passages, PROFILE)
    )
    assert asked.pieces.shape == (len(questions.pieces.texts), DIM)
    assert asked.nonsense.shape == (len(questions.pieces.nonsense), DIM)
    assert asked.probes.shape == (len(questions.probe_queries), DIM)


def test_words_and_films_without_a_vector_are_left_out(tmp_path: Path) -> None:
    told, questions = given(60)
    told.words[[1, 4]] = np.nan
    told.passages[[0, 30]] = 0
    distilled(told, questions, tmp_path)
    words = [i for i in range(len(told.texts.words)) if i not in {1, 4}]
    rows = [i for i in range(60) if i not in {0, 30}]
    expected = fit_distilled(
        [told.texts.words[i] for i in words],
        told.words[words],
        [told.texts.passages.wholes[i] for i in rows],
        told.passages[rows],
        PROFILE,
    )
    assert same(tmp_path, expected)


def test_probes_are_asked_of_one_that_knows_the_films_without_what_is_asked(tmp_path: Path) -> None:
    told, questions = given(60)
    assert questions.probes.reduced
    asked = distilled(told, questions, tmp_path)
    wholes, vectors = told.texts.passages.wholes, told.passages.copy()
    for row, text, vector in zip(questions.probes.reduced, told.texts.reduced.wholes, told.reduced, strict=True):
        wholes[row], vectors[row] = text, vector
    blind = fit_distilled(told.texts.words, told.words, wholes, vectors, PROFILE)
    expected = blind.encode(questions.probe_queries, Role.QUERY)
    assert np.array_equal(asked.probes, expected, equal_nan=True)


def test_of_too_many_films_as_many_are_looked_at_as_a_fit_can(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told, questions = given(60)
    monkeypatch.setattr(distilling, "MAX_PASSAGES", 25)
    distilled(told, questions, tmp_path)
    some = slice(None, None, 3)
    wholes = told.texts.passages.wholes[some]
    assert same(tmp_path, fit_distilled(told.texts.words, told.words, wholes, told.passages[some], PROFILE))
