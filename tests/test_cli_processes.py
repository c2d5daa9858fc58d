"""The command line in a process of its own: exit codes, signals, pipes and bytes."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands import ROOT, shell
from tests.samples import SHELF, write_films


def test_debug_shows_the_traceback_and_nothing_else_does(tmp_path: Path) -> None:
    plain = shell("-m", "kadr", "search", "x", "--bundle", tmp_path)
    assert (plain.returncode, plain.stdout) == (3, "")
    assert plain.stderr == f"kadr: {tmp_path}: no bundle was published here; run `make build`\n"
    debug = shell("-m", "kadr", "--debug", "search", "x", "--bundle", tmp_path)
    assert debug.returncode == 3
    assert debug.stderr.startswith("Traceback")
    assert "BundleMissing" in debug.stderr


def test_bytes_that_are_no_text_do_no_harm(bundles: Path) -> None:
    for arguments in (["\udcff\udcfe"], ["x", "--actor", "\udcff"]):
        done = shell("-m", "kadr", "search", "--bundle", bundles, *arguments)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("Nothing close")


def test_a_reader_that_leaves_is_no_fault(bundles: Path) -> None:
    command = (
        f"{sys.executable} -m kadr search --json -k 100 --bundle '{bundles}' | head -c 10; exit ${{PIPESTATUS[0]}}"
    )
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("{")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_a_full_disk_is_told_in_one_line(bundles: Path) -> None:
    for query in ("", "-k 100 --json"):
        command = f"exec {sys.executable} -m kadr search {query} --bundle '{bundles}' > /dev/full"
        done = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
        told = "kadr: cannot be written (No space left on device); make room and run again\n"
        assert (done.returncode, done.stderr) == (2, told)


def test_letters_that_the_output_lacks_are_question_marks(bundles: Path) -> None:
    environ = {**os.environ, "PYTHONIOENCODING": "cp1252"}
    command = ("-m", "kadr", "search", "маяк", "--bundle", bundles)
    done = shell(*command, env=environ, encoding="cp1252")
    assert (done.returncode, done.stderr) == (0, "")
    assert "1. ???? ??? ????? (2004, " in done.stdout
    whole = shell(*command, "--json", env=environ, encoding="cp1252")
    assert json.loads(whole.stdout)["hits"][0]["film"]["title"] == "Маяк для двоих", "JSON has a way to write them"
    wrong = shell("-m", "kadr", "verify", "--bundle", "нигде", env=environ, encoding="cp1252")
    assert (wrong.returncode, wrong.stderr[:12]) == (3, "kadr: ?????:")


def test_a_gate_that_is_told_to_end_leaves_nothing(few: Path, bundles: Path, tmp_path: Path) -> None:
    aside = tmp_path / "aside"
    aside.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(60)
        environ = {"HF_ENDPOINT": f"http://127.0.0.1:{silent.getsockname()[1]}", "TMPDIR": str(aside)}
        command = [sys.executable, "-m", "kadr", "gate", str(bundles), "--config", str(few)]
        command += ["--against", "hf://datasets/films/bundle"]
        with subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environ}) as process:
            try:
                with silent.accept()[0]:
                    assert list(aside.glob("kadr-gate-*"))
                    process.send_signal(signal.SIGTERM)
                    assert process.wait(timeout=60) == 128 + signal.SIGTERM
            finally:
                process.kill()
    assert not list(aside.iterdir())


def test_build_index_is_kadr_build(few: Path, tmp_path: Path) -> None:
    one = shell("build_index.py", few, "--json", "--out", tmp_path / "one")
    other = shell("-m", "kadr", "build", few, "--json", "--out", tmp_path / "other")
    assert (one.returncode, other.returncode) == (0, 0)
    assert json.loads(one.stdout)["version"] == json.loads(other.stdout)["version"]
    wrong = shell("build_index.py", tmp_path / "missing.toml")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert wrong.stderr.startswith(f"kadr: {tmp_path / 'missing.toml'}: there is no such file")


def test_ctrl_c_ends_with_130(few: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kadr", "build", str(few), "--out", str(tmp_path / "out")]
    many = [{**row, "title": f"{row['title']} {n}"} for n in range(60) for row in SHELF]
    write_films(few.parent / "few.jsonl", many)
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        process.stderr.readline()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert err.splitlines()[-1].startswith(
        "kadr: stopped; what was current stays current, and what was fetched is kept"
    )
    assert not list(tmp_path.glob("out/*"))
