"""The weight that a leg earns: measured on the catalogue, with care."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from kadr.calibrate import Calibration, calibrate, pieces
from kadr.catalogue.merge import merge
from kadr.collect.files import read_file
from kadr.encode.encoder import Role
from kadr.encode.fit import fit_embedded
from kadr.encode.passages import passage
from kadr.evaluate.metrics import DEPTH, Outcome, reciprocal_rank
from kadr.film import Description, Film
from kadr.index.lexical import LexicalParams, build_lexical
from kadr.index.vectors import VectorIndex, write_vectors
from kadr.probes import Probe, Probes, ProbeSort, probes, reduced_films, with_judged
from kadr.search.params import LEGS
from kadr.search.query_type import QueryType
from kadr.search.rank import fuse, lexical_share, nearness, top
from kadr.sources import FileSource
from kadr.weigh import (
    DEFAULT_WEIGHTS,
    GRID,
    MIN_PROBES,
    NAMES,
    NAMES_BOUND,
    Candidate,
    _chosen,
    _rank,
    _ranks,
    _reciprocal,
    in_memory,
    weigh,
)
from tests.data import real_data

DIM = 24
SCALE = dict.fromkeys(QueryType, Calibration(0.0, 1.0, 0.5, 0.5))
SENTENCE = QueryType.SENTENCE
Vectors = NDArray[np.float32]


def word(rng: np.random.Generator) -> str:
    return "".join(rng.choice(list("бвгдзклмнпрст")) + rng.choice(list("аеиоу")) for _ in range(5))


def catalogue(films: int = 80) -> list[Film]:
    """Return films that two services tell of in words of their own, of which few are the same."""
    rng = np.random.default_rng(5)
    said = [word(rng) for _ in range(400)]
    found = []
    for i in range(films):
        mine, theirs = (" ".join(rng.choice(said, 12)) for _ in range(2))
        told = (Description(f"{mine} {' '.join(theirs.split()[:3])} {word(rng)}."), Description(f"{theirs}."))
        found.append(Film(id=f"{i:03}", title=f"{word(rng)} {word(rng)}", descriptions=told))
    return found


def directions(n: int) -> Vectors:
    vectors = np.random.default_rng(1).standard_normal((n, DIM)).astype(np.float32)
    unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


LEXICAL = build_lexical((), LexicalParams())
FILMS = catalogue()
ASKED = probes(FILMS)
OWN = directions(len(FILMS))
"""A vector a film, and what an encoder that understands everything would give for its texts."""
ROWS = np.array([probe.rows[0] for probe in ASKED.asked])


def blurred(share: float, sorts: tuple[ProbeSort, ...] = tuple(ProbeSort)) -> Vectors:
    """Return queries that point to their film, but for a share of noise in those of some sorts."""
    noise = directions(len(ROWS) + 7)[7:]
    told = np.array([probe.sort in sorts for probe in ASKED.asked])[:, None] * np.float32(share)
    pointing: Vectors = ((1 - told) * OWN[ROWS] + told * noise).astype(np.float32)
    return pointing


def weighed(queries: Vectors, films: VectorIndex | None = None, reduced: Vectors | None = None) -> tuple[float, float]:
    """Return the weight of a leg, and what it adds to the MRR@10 of sentences."""
    stand_ins = None if reduced is None else in_memory(reduced)
    leg = Candidate(films or in_memory(OWN), stand_ins, queries, SCALE)
    found = weigh(FILMS, ASKED, {"hosted": leg}, LEXICAL)
    sentences = ProbeSort.SENTENCES
    return found.legs["hosted"].weights[SENTENCE], (
        found.legs["hosted"].scores[sentences].mrr_10 - found.lexical[sentences].mrr_10
    )


def test_a_leg_that_understands_earns_weight_and_one_that_guesses_none() -> None:
    assert sum(probe.sort is ProbeSort.SENTENCES for probe in ASKED.asked) >= MIN_PROBES
    weight, gain = weighed(blurred(0.0))
    assert weight >= 0.4
    assert gain > 0.05
    weight, less = weighed(blurred(0.6))
    assert weight > 0
    assert 0 < less < gain
    weight, nothing = weighed(blurred(1.0))
    assert weight < DEFAULT_WEIGHTS["hosted"][SENTENCE]
    assert abs(nothing) < 0.02


def test_names_are_not_paid_with() -> None:
    """A leg that takes every title for its neighbour's gets what titles can bear, and sentences are not held back."""
    queries = blurred(0.0)
    names = np.array([probe.sort in NAMES for probe in ASKED.asked])
    queries[names] = OWN[(ROWS[names] + 1) % len(FILMS)]
    leg = Candidate(in_memory(OWN), None, queries, SCALE)
    found = weigh(FILMS, ASKED, {"hosted": leg}, LEXICAL)
    lost = found.lexical[ProbeSort.TITLES].mrr_10 - found.legs["hosted"].scores[ProbeSort.TITLES].mrr_10
    assert found.legs["hosted"].weights[QueryType.TITLE] < found.legs["hosted"].weights[SENTENCE]
    assert lost <= NAMES_BOUND
    alone, ranks = _ranks(FILMS, ASKED, {"hosted": leg}, LEXICAL)
    assert (1 / alone[names]).mean() - (1 / ranks["hosted"][names, -1]).mean() > NAMES_BOUND


def test_a_probe_without_a_vector_is_answered_by_words() -> None:
    found = weigh(
        FILMS,
        ASKED,
        {"distilled": Candidate(in_memory(OWN), None, np.full_like(blurred(0), np.nan), SCALE)},
        LEXICAL,
    )
    assert found.legs["distilled"].weights == DEFAULT_WEIGHTS["distilled"]  # nothing speaks for another
    assert found.legs["distilled"].scores == found.lexical


def test_reduced_vectors_stand_in_for_those_of_the_whole_films() -> None:
    rows = list(ASKED.reduced)
    stale = OWN.copy()
    stale[rows] = np.roll(OWN, 1, axis=0)[rows]
    queries = blurred(0.3)
    assert weighed(queries, in_memory(stale), OWN[rows]) == weighed(queries) != weighed(queries, in_memory(stale))


def test_ranks_are_those_of_a_search() -> None:
    queries = blurred(0.5)
    leg = Candidate(in_memory(OWN), None, queries, dict.fromkeys(QueryType, Calibration(-0.1, 0.6, 0.5, 0.5)))
    alone, fused = _ranks(FILMS, ASKED, {"static": leg}, LEXICAL)
    index = build_lexical(reduced_films(FILMS, ASKED), LexicalParams())
    everything, none = np.arange(len(FILMS)), np.empty(0, dtype=np.int64)
    for at, probe in enumerate(ASKED.asked):
        words = lexical_share(index.scores(probe.query))
        if np.count_nonzero(words == words[probe.rows[0]]) == 1:
            assert top(everything, (words,), alone[at]).tolist()[-1] == probe.rows[0]
        cosines = leg.films.cosines(queries[at])
        for place, weight in enumerate(GRID):
            scores = fuse(words, nearness(cosines, -0.1, 0.6), weight, none)
            assert top(everything, (scores, cosines), fused["static"][at, place]).tolist()[-1] == probe.rows[0]


@pytest.mark.parametrize(
    ("scores", "ties", "rank"),
    [
        ((0.5, 0.9, 0.1), (0, 0, 0), 2),
        ((0.9, 0.5, 0.5), (0, 0, 0), 1),
        ((0.5, 0.5, 0.5), (0.2, 0.3, 0.1), 2),
        ((0.5, 0.5, 0.5), (0.2, 0.2, 0.3), 3),
        ((0.0, 0.0, 0.0), (0, 0, 0), 3),
    ],
)
def test_what_cannot_be_told_apart_counts_as_before(
    scores: tuple[float, ...], ties: tuple[float, ...], rank: int
) -> None:
    probe = Probe("", (0,), ProbeSort.WORDS)
    assert _rank(np.array(scores, np.float32), np.array(ties, np.float32), probe) == rank


def test_of_several_films_the_best_counts_and_the_others_are_not_in_its_way() -> None:
    scores = np.array([0.5, 0.9, 0.9, 0.7, 0.9], np.float32)
    nothing = np.zeros(5, np.float32)
    assert _rank(scores, nothing, Probe("", (0,), ProbeSort.JUDGED)) == 5
    assert _rank(scores, nothing, Probe("", (0, 3), ProbeSort.JUDGED)) == 4
    assert _rank(scores, nothing, Probe("", (0, 3, 1, 2), ProbeSort.JUDGED)) == 2


def test_what_lone_descriptions_tell_lowers_a_weight_and_never_raises_it() -> None:
    lone = replace(ASKED, asked=tuple(replace(p, alone=p.sort not in NAMES) for p in ASKED.asked))
    some = replace(
        ASKED, asked=tuple(replace(p, alone=p.sort not in NAMES and p.rows[0] % 20 > 0) for p in ASKED.asked)
    )
    well, badly = (Candidate(in_memory(OWN), None, blurred(share), SCALE) for share in (0.0, 1.0))
    default = DEFAULT_WEIGHTS["static"]
    free, capped, mixed = (weigh(FILMS, a, {"static": well}, LEXICAL).legs["static"] for a in (ASKED, lone, some))
    assert free.weights[QueryType.KEYWORDS] > default[QueryType.KEYWORDS]
    assert capped.weights[QueryType.KEYWORDS] == default[QueryType.KEYWORDS]
    assert capped.weights[QueryType.TITLE] == free.weights[QueryType.TITLE]
    assert capped.measured == free.measured
    # A few tell of a film in other words, too few to stand alone: the rule holds.
    assert mixed.weights == capped.weights
    lowered = weigh(FILMS, lone, {"hosted": badly}, LEXICAL).legs["hosted"].weights[SENTENCE]
    assert lowered < DEFAULT_WEIGHTS["hosted"][SENTENCE]


def judged() -> tuple[Probes, Vectors]:
    """Return the probes with a judged sentence a film, and queries of which only those of the judged ones point.

    Its words are those of another film, so that it is found by a leg that says more than they do.
    """
    said = [film.descriptions[1].text for film in FILMS]
    asked = with_judged(ASKED, [(f"который {said[i - 1]}", (i,)) for i in range(len(FILMS))])
    return asked, np.concatenate((blurred(1.0), OWN))


def test_judged_queries_decide_the_weight_of_their_type_and_nothing_else() -> None:
    asked, queries = judged()
    legs = {"hosted": Candidate(in_memory(OWN), None, queries, SCALE)}
    found = weigh(FILMS, asked, legs, LEXICAL)
    without = weigh(FILMS, ASKED, {"hosted": replace(legs["hosted"], queries=blurred(1.0))}, LEXICAL)
    assert found.to_json() == without.to_json()
    leg, plain = found.legs["hosted"], without.legs["hosted"]
    assert (leg.own, leg.measured, leg.scores) == (plain.own, plain.measured, plain.scores)
    assert plain.weights == plain.own
    assert leg.weights[SENTENCE] > plain.weights[SENTENCE]  # the judged ones are found by meaning alone
    others = [kind for kind in QueryType if kind is not SENTENCE]
    assert [leg.weights[kind] for kind in others] == [plain.weights[kind] for kind in others]


def test_too_few_judged_queries_decide_nothing() -> None:
    asked, queries = judged()
    few = len(ASKED.asked) + MIN_PROBES - 1
    leg = Candidate(in_memory(OWN), None, queries[:few], SCALE)
    found = weigh(FILMS, replace(asked, asked=asked.asked[:few]), {"hosted": leg}, LEXICAL).legs["hosted"]
    assert found.weights == found.own


def test_gains_are_the_reciprocal_ranks_of_the_metrics() -> None:
    ranks = np.arange(1, 2 * DEPTH)
    assert _reciprocal(ranks).tolist() == [reciprocal_rank(Outcome((rank,)), DEPTH) for rank in ranks.tolist()]


@pytest.mark.parametrize("leg", LEGS)
def test_too_few_sentences_give_the_default(leg: str) -> None:
    few = [probe for probe in ASKED.asked if probe.sort is ProbeSort.SENTENCES][: MIN_PROBES - 1]
    asked = replace(ASKED, asked=tuple(few))
    found = weigh(FILMS, asked, {leg: Candidate(in_memory(OWN), None, OWN[ROWS[: len(few)]], SCALE)}, LEXICAL).legs[leg]
    assert (found.weights, found.own, found.measured) == (DEFAULT_WEIGHTS[leg], DEFAULT_WEIGHTS[leg], ())
    assert found.scores[ProbeSort.SENTENCES].n == len(few)


def test_a_catalogue_without_texts_gives_the_default() -> None:
    films = [Film(id=i, title=i) for i in "abc"]
    asked = probes(films)
    assert asked == Probes({}, ())
    nothing = np.empty((0, DIM), dtype=np.float32)
    leg = Candidate(in_memory(OWN[:3]), in_memory(nothing), nothing, SCALE)
    found = weigh(films, asked, {"embedded": leg}, LEXICAL)
    default = {kind.value: weight for kind, weight in DEFAULT_WEIGHTS["embedded"].items()}
    assert found.to_json() == {
        "lexical": {},
        "legs": {"embedded": {"weights": default, "measured": [], "scores": {}}},
    }


def test_the_same_input_gives_the_same_figures() -> None:
    legs = {name: Candidate(in_memory(OWN), None, blurred(0.4), SCALE) for name in ("hosted", "distilled")}
    first = weigh(FILMS, ASKED, legs, LEXICAL).to_json()
    assert first == weigh(FILMS, ASKED, legs, LEXICAL).to_json()
    assert first["legs"]["hosted"]["measured"] == ["title", "keywords", "sentence"]
    assert set(first["lexical"]) == {"sentences", "words", "titles"}
    assert set(first["lexical"]["titles"]) == {"n", "success_10", "mrr_10"}


gains = arrays.arrays(np.float64, (MIN_PROBES, len(GRID)), elements=st.sampled_from((0.0, 0.1, 0.5, 1.0)))


@given(gains, gains, st.sampled_from(GRID), st.sampled_from(GRID))
def test_the_weight_nearest_to_the_default_of_those_that_are_as_good_as_the_best(
    sentences: NDArray[np.float64], titles: NDArray[np.float64], default: float, most: float
) -> None:
    found = {ProbeSort.SENTENCES: (sentences, sentences[:, 0]), ProbeSort.TITLES: (titles, titles[:, 0])}
    weight = _chosen(found, default, most)
    means = (sentences.mean(axis=0) + titles.mean(axis=0)) / 2
    kept = [titles[:, 0].mean() - titles[:, at].mean() <= NAMES_BOUND + 1e-12 for at in range(len(GRID))]
    allowed = [at for at in range(len(GRID)) if kept[at] and GRID[at] <= most]
    best = max(allowed, key=lambda at: (means[at], -at))
    error = [
        np.hypot(*((x[:, best] - x[:, at]).std(ddof=1) for x in (sentences, titles))) / 2 for at in range(len(GRID))
    ]
    slack = [means[best] - means[at] - error[at] / MIN_PROBES**0.5 for at in range(len(GRID))]
    assert GRID.index(weight) in allowed
    assert slack[GRID.index(weight)] <= 1e-9
    for at in allowed:  # whoever is nearer to the default is worse than can be told from the best
        if abs(GRID[at] - default) < abs(weight - default) - 1e-9:
            assert slack[at] > -1e-9


def test_of_a_thousand_names_nine_may_be_lost_and_eleven_may_not() -> None:
    grid = np.array(GRID)
    sentences = np.tile(grid, (100, 1))  # each weight is better than the one before
    titles = np.ones((1_000, len(GRID)))
    titles[:9] = 0
    titles[:11, grid > 0.5] = 0
    found = {ProbeSort.SENTENCES: (sentences, sentences[:, 0]), ProbeSort.TITLES: (titles, np.ones(1_000))}
    assert _chosen(found, 0.9, 0.9) == 0.5
    assert _chosen(found, 0.9, 0.3) == 0.3


def test_vectors_in_memory_are_those_of_a_file(tmp_path: Path) -> None:
    vectors, void = OWN.copy(), np.arange(len(OWN)) == 3
    vectors[3] = np.nan
    norms = write_vectors(tmp_path / "vectors", OWN, [film.id for film in FILMS], void)
    filed, index = VectorIndex.open(tmp_path / "vectors", norms), in_memory(vectors)
    assert (index.cosines(OWN[5]) == filed.cosines(OWN[5])).all()
    assert (index.norms == filed.norms).all()
    assert index.is_void(3)


@pytest.mark.data
def test_an_encoder_that_saw_the_questions_seems_worth_more_than_it_is() -> None:
    path = str(real_data("catalogues/eval_ru.csv"))
    films = merge(read_file(FileSource(name="eval", path=path, limit=2500)).films).films
    asked = probes(films)
    earned = []
    for fitted in (films, reduced_films(films, asked)):
        texts = [passage(film) for film in fitted]
        encoder = fit_embedded(texts)
        vectors = in_memory(encoder.encode(texts, Role.PASSAGE))
        some = pieces(films)
        queries, nothing = (encoder.encode(each, Role.QUERY) for each in (some.texts, some.nonsense))
        scales = dict.fromkeys(QueryType, calibrate(some, vectors, queries, nothing))
        questions = encoder.encode([probe.query for probe in asked.asked], Role.QUERY)
        stand_ins = encoder.encode([passage(film) for film in asked.reduced.values()], Role.PASSAGE)
        leg = Candidate(vectors, in_memory(stand_ins), questions, scales)
        sentences = weigh(films, asked, {"embedded": leg}, LEXICAL).legs["embedded"].scores[ProbeSort.SENTENCES]
        earned.append(sentences.mrr_10)
    assert earned[0] > earned[1] + 0.02
