"""What is judged must not be what is learned from: no judged query reaches a bundle."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kadr.engine import Engine
from kadr.film import Film
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
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) > 10
    assert [path for path in files if UNHEARD.encode() in path.read_bytes()] == []


def test_judged_queries_that_have_a_say_change_the_weights_and_nothing_else(tmp_path: Path) -> None:
    write_films(tmp_path / "shelf.jsonl", SHELF)
    # Parts of each description ask for its film: enough of one type of query to have a say.
    told = [(row["description"], row["title"], row.get("year", "")) for row in SHELF if "description" in row]
    rows = [(text[part], title, year) for text, title, year in told for part in (slice(60), slice(-60, None))]
    with (tmp_path / "judged.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("query", "title", "year"), *rows])
    config = write_config(tmp_path, shelf="shelf.jsonl")
    without = build_from(config)
    config.write_text(config.read_text(encoding="utf-8") + '\n[search]\njudgments = "judged.csv"\n', encoding="utf-8")
    asked: list[tuple[str, tuple[int, ...]]] = judged_queries(
        str(tmp_path / "judged.csv"), "all", list(films_of(without.folder))
    )
    assert len(asked) >= MIN_PROBES
    judged = build_from(config)
    one, other = (bytes_of(each.folder) for each in (without, judged))
    assert {name for name in one if one[name] != other[name]} <= {"manifest.json", "provenance.json", "films.duckdb"}
    assert unweighed(without.folder) == unweighed(judged.folder)


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
