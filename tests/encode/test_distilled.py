"""The distilled encoder: what it learns of a teacher, what it may not claim to know, and that it comes back whole."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from kadr.analysis import stem, stems, telling_words
from kadr.encode.distil import RANK, fit_distilled, vocabulary
from kadr.encode.distilled import DistilledEncoder
from kadr.encode.embedded import term_weights
from kadr.encode.encoder import Encoder, Profile, Role
from kadr.errors import BundleDamaged, EncodeError
from tests.index.samples import few

Vectors = NDArray[np.float32]
DIM = 48
PROFILE = Profile("somewhere", "teacher", DIM, max_chars=2_000)
OFFSET = 2.0
"""Length of what all of the teacher's texts have in common, as with real models; a word's own part has one."""


def invented(count: int, seed: int) -> list[str]:
    """Return words that no stemmer joins: three syllables of three letters each, half of them Russian."""
    rng = np.random.default_rng(seed)
    latin = [a + b + c for a in "bdfgklmnprtv" for b in "aou" for c in "bdgkmnp"]
    cyrillic = [a + b + c for a in "бдгклмнпртвф" for b in "аоу" for c in "бдгкмнп"]
    found: dict[str, str] = {}
    while len(found) < count:
        word = "".join(rng.choice(cyrillic if len(found) % 2 else latin, 3).tolist())
        found.setdefault(stem(word), word)
    return list(found.values())


WORDS = invented(400, seed=1)


def texts_of(words: Sequence[str], count: int, length: int, seed: int) -> list[str]:
    rng = np.random.default_rng(seed)
    return [" ".join(rng.choice(words, length).tolist()) for _ in range(count)]


PASSAGES = texts_of(WORDS, 1_000, 24, seed=2)


@cache
def meaning(name: str, dim: int) -> Vectors:
    """Return the direction that the teacher gives a stem, float32 (dim,): a function of the stem alone."""
    seed = np.frombuffer(name.encode(), dtype=np.uint8)
    return np.random.default_rng(seed).standard_normal(dim).astype(np.float32) / np.float32(np.sqrt(dim))


def taught(texts: Sequence[str], dim: int = DIM) -> Vectors:
    """Return the teacher's vectors: the sum of the stems' directions, and something that all texts have in common."""
    vectors = np.empty((len(texts), dim), dtype=np.float32)
    for vector, text in zip(vectors, texts, strict=True):
        names, weights = term_weights(text)
        own = sum((w * meaning(name, dim) for name, w in zip(names, weights, strict=True)), np.zeros(dim))
        vector[:] = own / max(float(np.linalg.norm(own)), 1e-6) + OFFSET * meaning("", dim)
    unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def fitted(passages: Sequence[str], profile: Profile = PROFILE) -> DistilledEncoder:
    asked = vocabulary(passages)
    return fit_distilled(asked, taught(asked, profile.dim), passages, taught(passages, profile.dim), profile)


ENCODER = fitted(PASSAGES)


def likeness(encoder: DistilledEncoder, texts: Sequence[str], passages: Sequence[str] = PASSAGES) -> float:
    """Return the mean cosine of the encoder's vectors with the teacher's, each less what all texts have in common."""
    ours, teachers = encoder.encode(texts, Role.QUERY) - encoder.lean, taught(texts) - taught(passages).mean(axis=0)
    cosines = (ours * teachers).sum(axis=1) / np.linalg.norm(ours, axis=1) / np.linalg.norm(teachers, axis=1)
    return float(cosines.mean())


def test_it_keeps_the_protocol() -> None:
    encoder: Encoder = ENCODER
    assert encoder.profile is PROFILE
    assert encoder.encode([], Role.QUERY).shape == (0, DIM)
    vectors = encoder.encode(PASSAGES[:3], Role.QUERY)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert not any(encoder.is_void(vector) for vector in vectors)


def test_a_teacher_that_adds_up_words_is_recovered() -> None:
    for length in (1, 5, 12):
        assert likeness(ENCODER, texts_of(WORDS, 200, length, seed=3)) > 0.9


def test_a_teacher_that_cannot_be_understood_is_not() -> None:
    asked, shuffle = vocabulary(PASSAGES), np.random.default_rng(4).permutation
    learned = fit_distilled(asked, shuffle(taught(asked)), PASSAGES, shuffle(taught(PASSAGES)), PROFILE)
    assert abs(likeness(learned, texts_of(WORDS, 200, 8, seed=3))) < 0.3


def test_passages_teach_what_the_words_alone_do_not_say() -> None:
    # The words' vectors are noise here, and the films' are right: then the films must win.
    asked = vocabulary(PASSAGES)
    noise = taught([f"{text} {text[::-1]}" for text in asked[::-1]])
    learned = fit_distilled(asked, noise, PASSAGES, taught(PASSAGES), PROFILE)
    assert likeness(learned, texts_of(WORDS, 200, 8, seed=3)) > 0.7


def test_where_films_are_few_the_words_speak_for_themselves() -> None:
    passages = texts_of(WORDS[:200], 12, 12, seed=7)
    known = [text.split()[-1] for text in vocabulary(passages)]
    assert likeness(fitted(passages), known, passages) > 0.6


def test_a_word_of_few_films_outweighs_one_of_most() -> None:
    encoder = fitted([f"маяк {text}" if i % 10 else text for i, text in enumerate(PASSAGES[:300])])
    common, rare, both = encoder.encode(["маяк", WORDS[3], f"маяк {WORDS[3]}"], Role.QUERY)
    assert both @ rare > 0.9
    assert both @ common < 0.5


def test_a_piece_of_a_passage_is_nearest_to_it() -> None:
    films = taught(PASSAGES)
    queries = [" ".join(text.split()[5:15]) for text in PASSAGES[:200]]
    nearest = (ENCODER.encode(queries, Role.QUERY) @ films.T).argmax(axis=1)
    assert np.mean(nearest == np.arange(200)) > 0.9


def test_every_query_leans_to_the_mean_of_the_films_by_the_same_share() -> None:
    films = taught(PASSAGES).mean(axis=0)
    assert np.allclose(ENCODER.lean, 0.2 * films / np.linalg.norm(films), atol=1e-5)
    straight = replace(ENCODER, lean=np.zeros(DIM, dtype=np.float32)).encode(WORDS[:5], Role.QUERY)
    wanted = (straight + ENCODER.lean) / np.linalg.norm(straight + ENCODER.lean, axis=1, keepdims=True)
    assert np.allclose(ENCODER.encode(WORDS[:5], Role.QUERY), wanted, atol=1e-5)


def test_a_word_that_the_model_refused_is_left_out() -> None:
    asked = vocabulary(PASSAGES)
    learned = fit_distilled(asked[1:], taught(asked[1:]), PASSAGES, taught(PASSAGES), PROFILE)
    assert learned.vector(asked[0]) is None
    assert learned.vector(asked[1]) is not None


@few
@given(st.lists(st.sampled_from([*WORDS[:40], "of", "и", "xyzzy", "777"]), min_size=1, max_size=8).map(" ".join))
def test_an_opened_encoder_answers_as_the_saved_one(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.mktemp("encoder")
    ENCODER.save(folder)
    opened = DistilledEncoder.open(folder, PROFILE)
    asked = [text, "xyzzy", f"{text} {text}", text]
    found = opened.encode(asked, Role.QUERY)
    assert np.array_equal(found, ENCODER.encode(asked, Role.QUERY), equal_nan=True)
    for row, each in zip(found, asked, strict=True):
        vector = opened.vector(each)
        assert np.isnan(row).all() if vector is None else np.array_equal(row, vector)
        assert (vector is None) == (not set(telling_words(each)) & set(WORDS)) == opened.is_void(row)


def test_two_fits_write_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    asked = vocabulary(PASSAGES[:200])
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        vectors = taught(asked), taught(PASSAGES[:200])
        fit_distilled(asked, vectors[0], PASSAGES[:200], vectors[1], PROFILE, seed).save(tmp_path / name)
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    read = {name: [(tmp_path / name / file).read_bytes() for file in files] for name in "abc"}
    assert len(files) == 8
    assert read["a"] == read["b"] != read["c"]


def test_thirty_thousand_words_fit_into_twelve_megabytes_at_any_dimension(tmp_path: Path) -> None:
    profile = Profile("somewhere", "teacher", 1_024)
    sizes = []
    for count in (400, 800):
        passages = texts_of(invented(count, seed=5), 400, 24, seed=6)
        encoder = fitted(passages, profile)
        assert encoder.table.shape == (len(vocabulary(passages)), RANK)
        assert np.linalg.norm(encoder.encode(passages[:1], Role.QUERY)) == pytest.approx(1, abs=1e-5)
        encoder.save(tmp_path / str(count))
        size = sum(path.stat().st_size for path in (tmp_path / str(count)).iterdir())
        sizes.append((len(encoder.table), size))
    (few_words, small), (many_words, large) = sizes
    a_word = (large - small) / (many_words - few_words)
    assert small + a_word * (30_000 - few_words) < 12_000_000


@pytest.mark.parametrize("text", ["xyzzy", "шщшщшщ шщшщ", "the of и в", "…", "", "1999 2001", "b" * 5_000])
def test_nothing_is_better_than_noise(text: str) -> None:
    assert ENCODER.vector(text) is None


def test_text_beyond_the_bound_is_not_read() -> None:
    start = f"{WORDS[0]} ".ljust(PROFILE.max_chars)
    assert ENCODER.vector("x".ljust(PROFILE.max_chars) + WORDS[0]) is None
    one, other = ENCODER.encode([start, start + WORDS[1]], Role.QUERY)
    assert np.array_equal(one, other)


COSMIC = [
    "космонавт летит к луне",
    "дом космонавта у моря",
    "письмо космонавту от моря",
    "луна и лодка",
    "лодка плывет по морю",
    "письмо о лодке",
]


def test_forms_of_a_word_that_stand_in_no_film_are_understood() -> None:
    encoder = fitted(COSMIC)
    film, boat = encoder.encode(["космонавт", "лодка"], Role.QUERY)
    forms = encoder.encode(["космонавтами", "космонавтов", "космонавтика", "космонавтский"], Role.QUERY)
    assert {stem(word) for word in ("космонавтика", "космонавтский")}.isdisjoint({stem("космонавт")})
    assert (forms @ film > 0.99).all()
    assert (forms @ boat < 0.9).all()


def test_an_unknown_word_is_the_mean_of_those_that_begin_like_it() -> None:
    passages = ["звездолет летит", "звездочет летит", "звездолет стоит", "звездочет стоит", "маяк летит", "маяк стоит"]
    encoder = fitted(passages)
    assert stem("звездопад") not in {name for text in passages for name in stems(text)}
    rows = encoder.table * encoder.scales[:, None] @ encoder.directions
    one, other, lamp = rows[encoder.terms.find([stem("звездолет"), stem("звездочет"), "маяк"])]
    for text, row in (("звездопад", (one + other) / 2), ("маяк звездопад", lamp + (one + other) / 2)):
        wanted = row / np.linalg.norm(row) + encoder.lean
        assert np.allclose(encoder.encode([text], Role.QUERY)[0], wanted / np.linalg.norm(wanted), atol=1e-5)
    assert encoder.vector("звез") is None  # too short to tell


def test_what_the_model_is_asked_for() -> None:
    passages = ["Lighthouses at sea", "A lighthouse; LIGHTHOUSE storm", "Моряка ждёт море", "море, моря моряк", "sea"]
    # Two films each, by their number, then by their stems; the commonest form speaks for a stem.
    assert vocabulary(passages) == [
        "a story about lighthouse",
        "a story about sea",
        "история про море",
        "история про моряк",
    ]
    assert vocabulary(passages, most=2) == vocabulary(passages)[:2]
    assert vocabulary(["storm", "storm sea"]) == ["a story about storm", "a story about sea"]
    assert vocabulary(["the of", "и", "…"]) == vocabulary([]) == []


@few
@given(st.lists(st.lists(st.sampled_from(WORDS[:12]), max_size=6).map(" ".join), min_size=3, max_size=9))
def test_the_vocabulary_holds_every_stem_of_two_films_once(passages: list[str]) -> None:
    films = [set(stems(text)) for text in passages]
    asked = vocabulary(passages)
    found = [stem(text.split()[-1]) for text in asked]
    counts = [sum(name in film for film in films) for name in found]
    assert sorted(found) == sorted({name for film in films for name in film if sum(name in f for f in films) > 1})
    assert counts == sorted(counts, reverse=True)
    assert vocabulary(passages[::-1]) == asked


@pytest.mark.parametrize(
    "passages", [["маяк"], ["маяк", "маяк"], ["маяк"] * 9, ["маяк", "луна"], ["the"], ["!", "?", "…"]]
)
def test_the_smallest_catalogues_work(passages: list[str], tmp_path: Path) -> None:
    fitted(passages).save(tmp_path)
    opened = DistilledEncoder.open(tmp_path, PROFILE)
    for text in (*passages, "квазар"):
        vector = opened.vector(text)
        assert vector is None or np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    assert opened.vector("квазар") is None


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("terms", lambda found: found[:-1]),
        ("table", lambda found: found[:-1]),
        ("table", lambda found: found[:, 1:]),
        ("scales", lambda found: found[:-1]),
        ("directions", lambda found: found[1:]),
        ("directions", lambda found: found[:, 1:]),
        ("lean", lambda found: found[1:]),
        ("prefixes", lambda found: found[:-1]),
        ("kin.starts", lambda found: found + found.dtype.type(1)),
        ("kin.values", lambda found: found * 0 + found.dtype.type(60_000)),
    ],
)
def test_arrays_that_do_not_fit_each_other_are_refused(
    tmp_path: Path, file: str, change: Callable[[NDArray[np.generic]], NDArray[np.generic]]
) -> None:
    ENCODER.save(tmp_path)
    DistilledEncoder.open(tmp_path, PROFILE)
    path = tmp_path / f"{file}.npy"
    np.save(path, np.ascontiguousarray(change(np.load(path))))
    with pytest.raises(BundleDamaged, match=r"(do not fit each other|does not fit kin\.values).*rebuild the bundle"):
        DistilledEncoder.open(tmp_path, PROFILE)


def test_an_encoder_of_another_space_is_refused(tmp_path: Path) -> None:
    ENCODER.save(tmp_path)
    with pytest.raises(BundleDamaged, match="vectors of 384 dimensions"):
        DistilledEncoder.open(tmp_path, replace(PROFILE, dim=384))


def test_films_are_not_encoded() -> None:
    with pytest.raises(EncodeError, match="queries alone"):
        ENCODER.encode(PASSAGES[:1], Role.PASSAGE)


@pytest.mark.parametrize("texts", [[""], [WORDS[0], " \n\t"]])
def test_an_empty_text_is_refused_by_its_place(texts: list[str]) -> None:
    with pytest.raises(EncodeError, match=f"text {len(texts) - 1} is empty"):
        ENCODER.encode(texts, Role.QUERY)


def test_what_cannot_be_fitted_is_refused() -> None:
    passages = PASSAGES[:9]
    asked, films = vocabulary(passages), taught(passages)
    words = taught(asked)
    with pytest.raises(EncodeError, match="no passage"):
        fit_distilled(asked, words, [], films[:0], PROFILE)
    with pytest.raises(EncodeError, match=f"{len(asked)} texts need vectors of 48 dimensions"):
        fit_distilled(asked, words[1:], passages, films, PROFILE)
    with pytest.raises(EncodeError, match="9 passages need vectors of 48 dimensions"):
        fit_distilled(asked, words, passages, films[:, 1:], PROFILE)
    for bad in (np.nan, np.inf):
        broken = np.where(np.arange(len(films))[:, None] == 3, bad, films).astype(np.float32)
        with pytest.raises(EncodeError, match="vectors of the passages hold a number that is none"):
            fit_distilled(asked, words, passages, broken, PROFILE)
    for texts in ([*asked[:-1], "the of"], [*asked[:-1], asked[0]]):
        with pytest.raises(EncodeError, match=r"no word, or one stem twice; take them of vocabulary\(\)"):
            fit_distilled(texts, words, passages, films, PROFILE)
