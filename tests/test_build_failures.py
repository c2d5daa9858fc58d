"""Whatever goes wrong in a build, what was current stays current, whole and alone."""

import io
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from kadr.build import build
from kadr.build_report import BuildReport
from kadr.bundle import current
from kadr.config import load_config
from kadr.engine import Engine
from kadr.errors import SourceError, UserError
from kadr.progress import Lines
from tests.builds import build_from, bytes_of
from tests.commands import ROOT
from tests.samples import FEW, SHELF, write_config, write_films

BAD_SOURCES = {
    "missing": None,
    "empty": b"",
    "binary": bytes(range(256)) * 40,
    "no title": '{"year": 1999, "плот": "x"}\n'.encode(),
    "every row bad": '{"title": "Я", "year": 3999}\n'.encode(),
    "cut short": b'[{"title": "A"}, {"title": ',
}


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> BuildReport:
    folder = tmp_path_factory.mktemp("once")
    write_films(folder / "few.jsonl", FEW)
    return build_from(write_config(folder, few="few.jsonl"))


@pytest.fixture
def before(once: BuildReport, few: Path) -> BuildReport:
    """What was built from `few`, beside it, as a copy of what was built once."""
    root = Path(shutil.copytree(once.folder.parent, few.parent / "bundles"))
    return replace(once, folder=root / once.version)


@pytest.mark.parametrize("fault", BAD_SOURCES)
def test_a_source_that_fails_leaves_the_bundle_current(few: Path, before: BuildReport, fault: str) -> None:
    kept = bytes_of(before.folder)
    source = few.parent / "few.jsonl"
    source.unlink()
    data = BAD_SOURCES[fault]
    if data is not None:
        source.write_bytes(data)
    with pytest.raises(UserError) as refusal:
        build_from(few)
    assert "few.jsonl" in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert_unharmed(before, kept)


def test_a_failed_build_keeps_the_rejects_of_the_bundle_that_stays(few: Path) -> None:
    source = few.parent / "few.jsonl"
    write_films(source, [*FEW, {"title": "Сломанный год", "year": "3999"}])
    before = build_from(few)
    assert before.rejects is not None
    told = before.rejects.read_bytes()
    source.write_text('{"year": 1999}\n')
    with pytest.raises(SourceError):
        build_from(few)
    assert before.rejects.read_bytes() == told


def test_one_failing_source_of_two_stops_the_build(few: Path, before: BuildReport) -> None:
    kept = bytes_of(before.folder)
    write_config(few.parent, few="few.jsonl", gone="gone.csv")
    with pytest.raises(SourceError, match=r"gone\.csv"):
        build_from(few)
    assert_unharmed(before, kept)


def test_a_folder_that_cannot_be_one_is_refused(few: Path) -> None:
    (few.parent / "file").write_text("in the way")
    config = load_config(few)
    for out in (few.parent / "file", few.parent / "file" / "below"):
        with pytest.raises(UserError) as refusal:
            build(config, out, Lines(io.StringIO()))
        assert str(few.parent / "file") in str(refusal.value)
    assert (few.parent / "file").read_text() == "in the way"


def assert_unharmed(before: BuildReport, kept: Mapping[str, bytes]) -> None:
    """The bundle is current, whole and answers; nothing half-made lies beside it."""
    root = before.folder.parent
    assert current(root) == before.folder
    assert bytes_of(before.folder) == kept
    assert sorted(p.name for p in root.iterdir()) == sorted([before.version, "current", "history"])
    with Engine.open(root) as engine:
        assert engine.search("кит под городом").hits[0].why.exact_title


@pytest.mark.parametrize("wait_for", ["read few", "index"])
def test_ctrl_c_leaves_the_bundle_current(few: Path, before: BuildReport, wait_for: str) -> None:
    kept = bytes_of(before.folder)
    # Enough films that every stage takes its time, and no two alike.
    many = [{**row, "title": f"{row['title']} {n}", "year": str(1900 + n)} for n in range(25) for row in SHELF]
    write_films(few.parent / "few.jsonl", many)
    command = [sys.executable, "-m", "kadr", "build", str(few)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        told = []
        for line in process.stderr:
            told.append(line)
            if line.startswith(wait_for):  # the stage has ended, so the next one is at work
                process.send_signal(signal.SIGINT)
                break
        rest, error = process.communicate(timeout=60)
    assert process.returncode == 130, (told, error)
    assert error.splitlines()[-1].startswith(
        "kadr: stopped; what was current stays current, and what was fetched is kept"
    )
    assert "Traceback" not in error
    assert rest == ""
    assert_unharmed(before, kept)
