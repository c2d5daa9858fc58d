"""What is judged must not be what is learned from: no judged query reaches a bundle."""

import csv
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kadr.analysis import telling_words
from kadr.engine import Engine
from kadr.film import Film
from kadr.search.query_type import QueryType, query_type
from kadr.search.types import Mode
from kadr.vectorise.judged import judged_queries
from kadr.weigh import MIN_PROBES
from tests.builds import build_from, bytes_of
from tests.samples import FEW, SHELF, write_config, write_films

UNHEARD = "куздранафталин"


def test_a_bundle_is_the_same_with_and_without_the_judgments(tmp_path: Path) -> None:
    write_films(tmp_path / "few.jsonl", FEW)
    config = write_config(tmp_path, few="few.jsonl")
    without = build_from(config)
    before = bytes_of(without.folder)
    judged = {"query": f"{UNHEARD} и маяк", "language": "ru", "relevant": [{"title": FEW[0]["title"]}]}
    for name in ("judged.jsonl", "judged.csv"):
        (tmp_path / name).write_text(json.dumps(judged, ensure_ascii=False) + "\n", encoding="utf-8")
    judged_too = build_from(config)
    assert judged_too.version == without.version
    assert bytes_of(judged_too.folder) == before


def test_no_word_of_a_judged_query_stands_in_a_bundle(tmp_path: Path) -> None:
    write_films(tmp_path / "few.jsonl", FEW)
    (tmp_path / "judged.jsonl").write_text(json.dumps({"query": UNHEARD}, ensure_ascii=False), encoding="utf-8")
    folder = build_from(write_config(tmp_path, few="few.jsonl")).folder
    assert files_with(UNHEARD, folder) == []


def test_judged_queries_that_have_a_say_change_the_weights_and_nothing_else(tmp_path: Path) -> None:
    write_films(tmp_path / "shelf.jsonl", SHELF)
    config = write_config(tmp_path, shelf="shelf.jsonl")
    without = build_from(config)
    rows = [*as_a_vector_would(without.folder), (f"{UNHEARD} и маяк", SHELF[0]["title"])]
    with (tmp_path / "judged.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("query", "title"), *rows])
    config.write_text(config.read_text(encoding="utf-8") + '\n[search]\njudgments = "judged.csv"\n', encoding="utf-8")
    asked = judged_queries(str(tmp_path / "judged.csv"), "all", list(films_of(without.folder)))
    assert Counter(query_type(query) for query, _ in asked)[QueryType.KEYWORDS] > MIN_PROBES
    judged = build_from(config)
    one, other = (bytes_of(each.folder) for each in (without, judged))
    assert {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)} == {"manifest.json"}
    assert unweighed(without.folder) == unweighed(judged.folder)
    assert weights(judged.folder)["keywords"] > weights(without.folder)["keywords"]
    assert files_with(UNHEARD, judged.folder) == []


def as_a_vector_would(bundle: Path) -> list[tuple[str, str]]:
    """Return keywords of two films at a time, judged by the vector alone where the words find another film first.

    Whoever judges so wants the vector to count for more: these judgments have something to change.
    """
    told = [telling_words(row["description"]) for row in SHELF if "description" in row]
    pairs = ((one, other) for shift in range(1, 16) for one, other in zip(told, told[shift:], strict=False))
    rows = []
    with Engine.open(bundle) as engine:
        for one, other in pairs:
            query = " ".join((*one[:2], *other[2:4]))
            hits = [engine.search(query, mode=mode, k=1, wishes=False).hits for mode in (Mode.SEMANTIC, Mode.LEXICAL)]
            titles = [each[0].film.title if each else "" for each in hits]
            if titles[0] not in ("", titles[1]):
                rows.append((query, titles[0]))
    return rows


def weights(folder: Path) -> dict[str, float]:
    """Return what the vector counts for by type of query."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (leg,) = manifest["fusion"]["legs"].values()
    return {kind: scale["dense_weight"] for kind, scale in leg.items()}


def files_with(word: str, folder: Path) -> list[Path]:
    """Return the files that hold a word."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) > 10
    return [path for path in files if word.encode() in path.read_bytes()]


def unweighed(folder: Path) -> dict[str, Any]:
    """Return a manifest without what the weights of the vectors are, and the version that hangs on them."""
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for leg in manifest["fusion"]["legs"].values():
        for scale in leg.values():
            del scale["dense_weight"]
    del manifest["version"], manifest["files"]["films.duckdb"]
    return manifest


def films_of(folder: Path) -> Iterator[Film]:
    with Engine.open(folder) as engine:
        yield from engine.films()
