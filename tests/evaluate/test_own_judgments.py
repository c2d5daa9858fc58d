"""Our own judged queries for the sample catalogue: readable, resolved to the last film, and copied from none."""

from collections import Counter
from pathlib import Path

import pytest

from kadr.collect.files import read_file
from kadr.evaluate.judgments import Judgment, read_judgments
from kadr.evaluate.leaks import leaks
from kadr.evaluate.resolve import resolve
from kadr.film import Film
from kadr.sources import FileSource
from kadr.text import language_of, normalise

DATA = Path(__file__).parents[2] / "data"
JUDGED = DATA / "judged.jsonl"
pytestmark = pytest.mark.skipif(not JUDGED.exists(), reason="data/judged.jsonl is not there yet")


@pytest.fixture(scope="module")
def judged() -> tuple[Judgment, ...]:
    return read_judgments(str(JUDGED))


@pytest.fixture(scope="module")
def sample() -> tuple[Film, ...]:
    return read_file(FileSource("sample", str(DATA / "sample.jsonl"))).films


def test_every_judged_film_is_in_the_sample(judged: tuple[Judgment, ...], sample: tuple[Film, ...]) -> None:
    found = resolve(judged, sample)
    assert (found.unresolved, found.missing) == ((), 0)
    for target in found.targets:
        # A title that two films of the sample bear must name its year.
        assert [len(films) for films in target.answers] == [1] * len(target.judgment.relevant), target.judgment.query


def test_no_judged_text_stands_in_the_sample(judged: tuple[Judgment, ...], sample: tuple[Film, ...]) -> None:
    assert leaks(judged, sample) == ()


def test_queries_are_many_and_each_its_own(judged: tuple[Judgment, ...]) -> None:
    assert len(judged) >= 150
    times = Counter(normalise(each.query) for each in judged)
    assert [query for query, count in times.items() if count > 1] == []
    assert {each.columns["language"] for each in judged} == {"ru", "en"}
    assert all(each.columns["kind"] for each in judged)


def test_queries_of_both_languages_are_in_their_letters(judged: tuple[Judgment, ...]) -> None:
    # But for what is typed in the other alphabet or layout.
    told = [each.columns["language"] == language_of(each.query) for each in judged]
    assert sum(told) >= 0.85 * len(told)
