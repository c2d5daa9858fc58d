import os
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from kadr.encode.encoder import Profile, Role
from kadr.encode.hosted.cache import VectorCache
from kadr.encode.hosted.job import embed
from kadr.encode.hosted.options import Options
from kadr.encode.passages import passage
from kadr.engine import Access, Engine
from kadr.evaluate.bootstrap import compare
from kadr.evaluate.metrics import Scores
from kadr.search.types import Mode
from kadr.text import normalise
from tests.real.bundle import Built, kadr
from tests.real.corpus import PLOTS, SLICES, Corpus
from tests.real.measured import DISTILLED, HOSTED, WORDS, Found, differences, measured, over_slices
from tests.real.server import DIM, MODEL, Real

pytestmark = [
    pytest.mark.real,
    pytest.mark.data,
    pytest.mark.skipif("KADR_REAL_PYTHON" not in os.environ, reason="a real model takes minutes: `make test-real`"),
]

SAME = 0.999
"""Cosine of one text's vectors by one model, whoever runs it: batches and kernels differ in the sixth digit, the
index's eight bits in the fifth."""
PLAIN = 0.95
"""Cosine of a film's vector with what is left of it without its source's voice, a quarter of its length at the most."""
RECOVERED = 2 / 3
"""Of what the hosted query adds to S@10 over words alone, the share that the distilled one must keep."""
SAMPLE = 40
THINGS, OWNERS = ("harp", "oar", "key", "bell"), ("a widow", "two brothers", "the old ferryman", "a girl of nine")
TEXTS = (
    *(f"The {thing} of {owner} is lost and must be found before winter." for thing in THINGS for owner in OWNERS),
    "Rain.",
    "Снег идёт над пустым вокзалом.",
    "A long way home. " * 200,  # more than the model reads
)


@pytest.mark.parametrize("role", list(Role))
def test_vectors_come_as_the_model_gives_them_in_the_order_of_the_texts(real: Real, role: Role, tmp_path: Path) -> None:
    profile = Profile(
        "openai", MODEL, DIM, query_prefix="query: ", passage_prefix="passage: ", pooling="mean", url=real.url
    )
    options = Options(canaries=("a canary",), batch=5, concurrency=3)
    service = Access({}).service(profile, trusted=True)
    with VectorCache(tmp_path / "vectors.duckdb", profile) as cache:
        embed(TEXTS, role, service, cache, options, lambda _: None)
        found = np.concatenate([*cache.read(TEXTS, role)])
    service.close()
    wanted = real.vectors([f"{role.value}: {text}" for text in TEXTS], tmp_path)
    assert _cosines(found, wanted).min() > SAME
    assert (found @ wanted.T).argmax(axis=1).tolist() == [*range(len(TEXTS))]


def test_no_sentence_is_part_of_a_text_of_the_catalogue(corpus: Corpus) -> None:
    texts = "\n".join(map(normalise, corpus.texts))
    sentences = [each.query for each in corpus.judged if each.slice[0] == PLOTS[0]]
    assert len(set(sentences)) == len(sentences) > 2_000
    assert not [query for query in sentences if normalise(query) in texts]


def test_every_film_stands_in_the_bundle_with_the_models_vector_less_the_voice_of_its_source(
    real: Real, built: Built, corpus: Corpus, tmp_path: Path
) -> None:
    with Engine.open(built.bundle) as engine:
        films = [*engine.films()]
        rows = range(0, len(films), len(films) // SAMPLE)
        found = np.array([engine.parts.vectors.vector(row) for row in rows], dtype=np.float32)
    assert len(films) == len(corpus.texts)
    assert built.report["encoder"]["set_aside"] == []
    wanted = real.vectors([passage(films[row]) for row in rows], tmp_path)
    assert _cosines(found, wanted).min() > PLAIN
    assert (found @ wanted.T).argmax(axis=1).tolist() == [*range(len(rows))]


def test_doctor_finds_nothing_amiss(built: Built) -> None:
    findings = kadr("doctor", built.config, "--bundle", built.bundles)
    assert {each["state"] for each in findings} == {"ok"}, findings
    assert {"model", "service", "canaries", "clock"} <= {each["name"] for each in findings}


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("poisonous tarantulas invade a village", "Arachnophobia"),
        ("there are venomous reptiles loose aboard an airliner that flies over the ocean", "Snakes on a Plane"),
    ],
)
def test_a_search_finds_a_film_by_its_meaning(built: Built, query: str, title: str) -> None:
    asked = (Mode.HYBRID, Mode.SEMANTIC, Mode.LEXICAL)
    found = {mode: kadr("search", query, "--bundle", built.bundles, "--mode", mode) for mode in asked}
    encoders = {mode: each["encoder"] for mode, each in found.items()}
    titles = {mode: [hit["film"]["title"] for hit in each["hits"]] for mode, each in found.items()}
    assert encoders == {Mode.HYBRID: "hosted", Mode.SEMANTIC: "hosted", Mode.LEXICAL: ""}
    assert title in titles[Mode.HYBRID]
    assert title in titles[Mode.SEMANTIC][:3]
    assert title not in titles[Mode.LEXICAL]


def test_a_second_build_sends_nothing(real: Real, built: Built) -> None:
    before = real.calls()
    again = kadr("build", built.config)
    assert real.calls() == before > 0
    assert (again["version"], again["unchanged"]) == (built.report["version"], True)
    assert {role: spent["requests"] for role, spent in again["encoder"]["spent"].items()} == {"passage": 0, "query": 0}


@pytest.fixture(scope="session")
def found(built: Built, pytestconfig: pytest.Config) -> dict[str, Found]:
    """What each leg finds; it is told whoever captures the rest."""
    found = measured(built)
    with pytestconfig.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        _tell(built, found)
    return found


@pytest.mark.parametrize("leg", [HOSTED, DISTILLED])
def test_words_and_a_vector_together_find_more_than_either(found: Mapping[str, Found], leg: str) -> None:
    """The mean over slices is above both, with its 95 % interval; no slice is below its better one beyond its own."""
    fused, alone = found[leg], (found[WORDS], found[f"{leg} alone"])
    for other in alone:
        assert over_slices(differences(fused, other)).low > 0
    for each in SLICES:
        better = max(alone, key=lambda other: Scores.of(other[each]).mrr_10)
        assert compare(fused[each], better[each]).mrr_10.high >= 0, each


def test_the_distilled_query_keeps_two_thirds_of_what_the_hosted_one_adds(found: Mapping[str, Found]) -> None:
    words, distilled, hosted = (Scores.of(found[name][PLOTS]).success_10 for name in (WORDS, DISTILLED, HOSTED))
    assert hosted > words
    assert distilled - words >= RECOVERED * (hosted - words)


def _tell(built: Built, found: Mapping[str, Found]) -> None:
    lines = [f"{built.report['catalogue']['films']} films, built in {built.seconds:.0f} s"]
    for each in SLICES:
        lines.append(f"{' of '.join(each)}: {len(found[WORDS][each])} queries")
        for name, outcomes in found.items():
            scores, gap = Scores.of(outcomes[each]), compare(outcomes[each], found[WORDS][each]).mrr_10
            more = f"  above words {gap.mean:+.3f} [{gap.low:+.3f}, {gap.high:+.3f}]"
            lines.append(f"  {name:<16} S@10 {scores.success_10:.3f}  MRR@10 {scores.mrr_10:.3f}{more}")
    for leg in (HOSTED, DISTILLED):
        for other in (WORDS, f"{leg} alone"):
            mean = over_slices(differences(found[leg], found[other]))
            lines.append(f"mean over slices, {leg} above {other}: {mean.mean:+.3f} [{mean.low:+.3f}, {mean.high:+.3f}]")
    sys.stdout.write("\n" + "\n".join(lines) + "\n")


def _cosines(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    cosines: NDArray[np.float32] = (one * other).sum(axis=1) / lengths
    return cosines
