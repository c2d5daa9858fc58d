"""`kadr publish`: what it prints, and what a mistake is answered with."""

import json
from pathlib import Path

from tests.commands import Run
from tests.samples import write_config

Three = tuple[Path, Path, Path]


def test_it_publishes_once_and_says_so(kadr: Run, three: Three, tmp_path: Path) -> None:
    config = write_config(tmp_path, few="few.jsonl")
    to = f"file://{tmp_path}/site"
    dry = kadr("publish", config, "--bundle", three[0], "--to", to, "--dry-run", "--json")
    assert dry.code == 0
    assert json.loads(dry.out)["dry_run"] is True
    assert not (tmp_path / "site").exists()
    done = kadr("publish", config, "--bundle", three[0], "--to", to)
    assert (done.code, done.out.split(" to ")[0]) == (0, f"bundle {three[0].name} published")
    again = kadr("publish", config, "--bundle", three[0], "--to", to, "--json")
    told = json.loads(again.out)
    assert (told["version"], told["changed"], told["where"]) == (three[0].name, False, to)
    assert "nothing changed" in kadr("publish", config, "--bundle", three[0], "--to", to).out


def test_mistakes_are_one_line(kadr: Run, three: Three, tmp_path: Path) -> None:
    config = write_config(tmp_path, few="few.jsonl")
    nothing = kadr("publish", config, "--bundle", tmp_path / "none")
    assert (nothing.code, nothing.err.count("\n")) == (3, 1)
    for to, what in (("ftp://", "publish.url"), ("s3://a:b@bucket", "publish.url"), ("github:me", "publish.repo")):
        wrong = kadr("publish", config, "--bundle", three[0], "--to", to)
        assert (wrong.code, what in wrong.err) == (2, True), wrong.err
        assert "a:b" not in wrong.err
