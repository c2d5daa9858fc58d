"""The embedded encoder: what its vectors promise, on catalogues of any size."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.analysis import stems
from kadr.encode.embedded import EXTRA_AXES, EmbeddedEncoder, term_weights
from kadr.encode.encoder import Encoder, Role
from kadr.encode.fit import DIM, fit_embedded
from kadr.encode.passages import passage
from kadr.errors import BundleDamaged, EncodeError
from kadr.film import Description, Film
from tests.index.samples import SMALL, few, texts, titles

PASSAGES = [passage(film) for film in SMALL]
FITTED = fit_embedded(PASSAGES)
UNKNOWN = ("xylophone", "квазар глокая куздра", "бнопня 99991")


def same(one: EmbeddedEncoder, other: EmbeddedEncoder) -> bool:
    arrays = ("idf", "directions", "scales")
    return (
        one.profile == other.profile
        and np.array_equal(one.terms.sorted, other.terms.sorted)
        and all(np.array_equal(getattr(one, name), getattr(other, name)) for name in arrays)
        and (one.unknown_idf, one.retention) == (other.unknown_idf, other.retention)
    )


def test_it_keeps_the_protocol() -> None:
    encoder: Encoder = FITTED
    assert encoder.profile.provider == "embedded"
    assert encoder.encode([], Role.QUERY).shape == (0, encoder.profile.dim)


@few
@given(st.lists(st.text().filter(lambda text: bool(text.strip())) | titles, max_size=4), st.sampled_from(Role))
def test_every_vector_has_length_one(asked: list[str], role: Role) -> None:
    vectors = FITTED.encode(asked, role)
    assert vectors.shape == (len(asked), FITTED.profile.dim)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


@few
@given(titles, titles, st.sampled_from(Role))
def test_a_text_has_one_vector_whatever_stands_beside_it(one: str, other: str, role: Role) -> None:
    together = FITTED.encode([other, one, one], role)
    assert np.array_equal(together[1], together[2])
    assert np.array_equal(together[1], FITTED.encode([one], role)[0])


@few
@given(st.lists(titles, min_size=1, max_size=9))
def test_dimension_and_round_trip_on_any_catalogue(
    tmp_path_factory: pytest.TempPathFactory, passages: list[str]
) -> None:
    encoder, again = fit_embedded(passages), fit_embedded(list(passages))
    assert same(encoder, again)
    dim = encoder.profile.dim
    assert 3 <= dim <= max(3, len(passages) - 1)
    folder = tmp_path_factory.mktemp("encoder")
    encoder.save(folder)
    opened = EmbeddedEncoder.open(folder, encoder.profile)
    asked = [*passages, *UNKNOWN]
    for role in Role:
        assert np.array_equal(opened.encode(asked, role), encoder.encode(asked, role))
    films = encoder.encode(passages, Role.PASSAGE)
    assert np.allclose(np.linalg.norm(films, axis=1), 1, atol=1e-5)
    assert not (films @ encoder.encode(UNKNOWN, Role.QUERY).T).any()


def test_two_fits_write_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        fit_embedded(PASSAGES).save(tmp_path / name)
    files = sorted((tmp_path / "a").iterdir())
    assert len(files) == 5
    for file in files:
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()


@pytest.mark.parametrize("name", ["idf.npy", "scales.npy", "directions.npy", "unknown.npy"])
def test_arrays_that_do_not_fit_each_other_are_refused_by_name(name: str, tmp_path: Path) -> None:
    encoder = fit_embedded(PASSAGES)
    encoder.save(tmp_path)
    assert EmbeddedEncoder.open(tmp_path, encoder.profile).vector("маяк") == pytest.approx(encoder.vector("маяк"))
    np.save(tmp_path / name, np.load(tmp_path / name)[:-1])
    with pytest.raises(BundleDamaged, match=name):
        EmbeddedEncoder.open(tmp_path, encoder.profile)


def test_an_encoder_of_other_dimensions_than_its_films_is_refused(tmp_path: Path) -> None:
    encoder = fit_embedded(PASSAGES)
    encoder.save(tmp_path)
    other = replace(encoder.profile, dim=encoder.profile.dim + 1)
    with pytest.raises(BundleDamaged, match=r"directions\.npy: is not of"):
        EmbeddedEncoder.open(tmp_path, other)


def test_a_larger_catalogue_is_cut_to_the_dimension_asked_for() -> None:
    words = "снег поезд маяк луна шторм письмо король чайка море остров"
    passages = [" ".join(np.random.default_rng(i).choice(words.split(), 5)) for i in range(40)]
    assert fit_embedded(passages, dim=8).profile.dim == 8
    assert fit_embedded(passages).profile.dim < DIM


def test_no_axis_carries_much_more_than_the_others() -> None:
    """Eight bits are scaled by a vector's largest number: one axis far above the others would leave few to them."""
    draw = np.random.default_rng(5)
    often = 1 / np.arange(1, 301)
    words = [f"word{letter}{n}" for letter in "abc" for n in range(100)]
    passages = [" ".join(draw.choice(words, 12, p=often / often.sum())) for _ in range(300)]
    vectors = fit_embedded(passages, dim=66).encode(passages, Role.PASSAGE)[:, :-EXTRA_AXES]
    carried = (vectors**2).mean(axis=0)
    assert carried.max() < 3 * carried.mean()  # ten times as the decomposition has them


@pytest.mark.parametrize("text", UNKNOWN)
def test_a_query_of_unknown_words_lies_on_the_unknown_axis(text: str) -> None:
    vector = FITTED.encode([text], Role.QUERY)[0]
    assert vector[-EXTRA_AXES] == pytest.approx(1)
    assert np.count_nonzero(vector) == 1
    assert not (FITTED.encode(PASSAGES, Role.PASSAGE) @ vector).any()


@pytest.mark.parametrize("text", ["the of и в", "…"])
def test_a_text_without_any_word_is_near_to_nothing(text: str) -> None:
    query, film = (FITTED.encode([text], role)[0] for role in (Role.QUERY, Role.PASSAGE))
    assert np.flatnonzero(query).tolist() == [FITTED.profile.dim - 2]
    assert np.flatnonzero(film).tolist() == [FITTED.profile.dim - 1]
    assert query @ film == 0


def test_unknown_words_make_a_query_less_near() -> None:
    film = FITTED.encode([PASSAGES[0]], Role.PASSAGE)[0]
    known, mixed = FITTED.encode(["смотритель маяка", "смотритель маяка квазар"], Role.QUERY)
    assert film @ known > film @ mixed > 0
    # A passage has no unknown share: its rare words must not turn it away from its themes.
    assert FITTED.encode(["смотритель маяка квазар"], Role.PASSAGE)[0, -2] == 0


def test_what_the_projection_drops_of_a_query_lies_on_the_unknown_axis() -> None:
    text = "маяк квазар"
    terms, tf = term_weights(text)
    at = FITTED.terms.find(terms)
    assert (at >= 0).tolist() == [True, False]
    known = float(tf[0] * FITTED.idf[at[0]])
    share = known / np.hypot(known, float(tf[1]) * FITTED.unknown_idf)
    kept = share * float(np.linalg.norm(FITTED.directions[at[0]] * FITTED.scales[at[0]]))
    vector = FITTED.encode([text], Role.QUERY)[0]
    assert np.linalg.norm(vector[:-EXTRA_AXES]) == pytest.approx(kept / FITTED.retention, rel=1e-4)
    # Where nothing is expected to be kept, nothing is missed.
    deaf = replace(FITTED, retention=0.0)
    assert np.allclose(deaf.encode([text], Role.QUERY)[0], deaf.encode(["маяк"], Role.QUERY)[0])


def test_retention_is_what_passages_keep_of_their_length() -> None:
    # From the formula, int8 directions and all.
    kept = []
    for text in PASSAGES:
        terms, tf = term_weights(text)
        at = FITTED.terms.find(terms)
        weights = (tf * FITTED.idf[at])[at >= 0]
        rows = FITTED.directions[at[at >= 0]] * FITTED.scales[at[at >= 0], None]
        kept.append(np.linalg.norm(weights / np.linalg.norm(weights) @ rows))
    # Films of which nothing is kept lie on the void axis, and do not count.
    assert FITTED.retention == pytest.approx(np.mean([k for k in kept if k > 0.01]), abs=0.01)


def test_a_query_is_nearest_to_the_film_it_retells() -> None:
    films = FITTED.encode(PASSAGES, Role.PASSAGE)
    query = FITTED.encode(["смотритель маяка пишет письмо"], Role.QUERY)[0]
    nearest = np.argsort(-(films @ query))[:2].tolist()
    assert {SMALL[row].id for row in nearest} == {"a", "f"}


@pytest.mark.parametrize(
    "passages", [["маяк"], ["маяк", "маяк"], ["маяк"] * 9, ["маяк", "луна"], ["the"], ["!", "?", "…"]]
)
def test_the_smallest_catalogues_work(passages: list[str]) -> None:
    encoder = fit_embedded(passages)
    assert encoder.profile.dim == 3
    films = encoder.encode(passages, Role.PASSAGE)
    assert np.allclose(np.linalg.norm(films, axis=1), 1)
    if set(passages) == {"маяк"}:
        assert encoder.encode(["маяк"], Role.QUERY)[0] @ films[0] == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("texts", [[""], ["маяк", " \n\t"]])
def test_an_empty_text_is_refused_by_its_place(texts: list[str]) -> None:
    for role in Role:
        with pytest.raises(EncodeError, match=f"text {len(texts) - 1} is empty"):
            FITTED.encode(texts, role)
    with pytest.raises(EncodeError, match=f"text {len(texts) - 1} is empty"):
        fit_embedded(texts)


def test_no_passage_is_refused() -> None:
    with pytest.raises(EncodeError, match="no passage"):
        fit_embedded([])


def test_text_beyond_the_bound_is_not_read() -> None:
    bound = FITTED.profile.max_chars
    start = "маяк " * (bound // 5)
    assert len(start) == bound
    one, other = FITTED.encode([start, start + "луна"], Role.QUERY)
    assert np.array_equal(one, other)


def test_another_catalogue_has_another_revision() -> None:
    assert fit_embedded(PASSAGES).profile.revision != fit_embedded(PASSAGES[:-1]).profile.revision


@given(texts)
def test_terms_are_weighed_by_the_logarithm_of_their_count(text: str) -> None:
    terms, weights = term_weights(text)
    found = stems(text)
    assert terms == list(dict.fromkeys(found))
    assert weights.tolist() == pytest.approx([1 + np.log(found.count(t)) for t in terms], rel=1e-6)


def test_a_passage_says_what_a_film_is_about_but_not_who_made_it() -> None:
    film = Film(
        id="a",
        title="Маяк",
        original_title="The Light",
        genres=("драма",),
        tags=("море",),
        tagline="Свети",
        directors=("Пётр Чайка",),
        descriptions=(Description("Раз."), Description("Two.")),
    )
    assert passage(film) == "Маяк. The Light. драма. море. Свети. Раз.. Two."
    assert passage(Film(id="a", title="Маяк", original_title="Маяк")) == "Маяк"
