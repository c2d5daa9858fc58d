"""What is judged must not be what is learned from: no judged query reaches a bundle."""

import json
from pathlib import Path

from tests.builds import build_from, bytes_of
from tests.samples import FEW, write_config, write_films

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
