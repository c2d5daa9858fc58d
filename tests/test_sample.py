"""The sample catalogue keeps what it promises: size, spread, and texts of its own."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from kadr.text import normalise

SAMPLE = Path(__file__).parents[1] / "data" / "sample.jsonl"
Record = dict[str, Any]


@pytest.fixture(scope="module")
def records() -> list[Record]:
    return [json.loads(line) for line in SAMPLE.read_text(encoding="utf-8").splitlines()]


def test_it_is_wide_enough(records: list[Record]) -> None:
    assert len(records) >= 300
    assert len({country for record in records for country in record["countries"]}) >= 30
    assert {record["year"] // 10 * 10 for record in records} >= set(range(1920, 2030, 10))
    assert sum(record["kind"] == "series" for record in records) >= 40


def test_no_film_stands_twice(records: list[Record]) -> None:
    titles = Counter((normalise(record["title"]), record["year"]) for record in records)
    assert titles.most_common(1)[0][1] == 1


def test_russian_descriptions_have_50_to_90_words(records: list[Record]) -> None:
    odd = {r["title"]: n for r in records if not 50 <= (n := len(r["description_ru"].split())) <= 90}
    assert odd == {}


def test_english_descriptions_are_one_line(records: list[Record]) -> None:
    odd = {
        r["title"] for r in records if not 8 <= len(r["description_en"].split()) <= 30 or "\n" in r["description_en"]
    }
    assert odd == set()


def test_no_description_names_its_film(records: list[Record]) -> None:
    naming = [
        record["title"]
        for record in records
        for title in (record["title"], record["original_title"])
        if f" {normalise(title)} " in f" {normalise(record['description_ru'] + ' ' + record['description_en'])} "
    ]
    assert naming == []


def test_no_two_descriptions_share_a_run_of_six_words(records: list[Record]) -> None:
    owners: dict[tuple[str, ...], set[int]] = {}
    for place, record in enumerate(records):
        for text in (record["description_ru"], record["description_en"]):
            found = re.findall(r"\w+", text.casefold())
            for start in range(len(found) - 5):
                owners.setdefault(tuple(found[start : start + 6]), set()).add(place)
    shared = {" ".join(run) for run, places in owners.items() if len(places) > 1}
    assert shared == set()


def test_texts_are_in_the_language_they_say(records: list[Record]) -> None:
    def share(letters: str, text: str) -> float:
        return len(re.findall(letters, text)) / len(re.findall(r"[^\W\d_]", text))

    assert min(share("[а-яёА-ЯЁ]", record["description_ru"]) for record in records) > 0.9
    assert min(share("[a-zA-Zà-ÿÀ-Ý]", record["description_en"]) for record in records) > 0.98
