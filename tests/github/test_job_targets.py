"""The commands of the workflows, run as they run there; programs that reach the world are stood in for."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands import ROOT
from tests.samples import SHELF, write_config, write_films

STAND_IN = """#!{python}
import json, pathlib, sys
here = pathlib.Path({folder!r})
name = pathlib.Path(sys.argv[0]).name
read = sys.stdin.read() if "--password-stdin" in sys.argv else ""
with (here / "calls.jsonl").open("a") as calls:
    calls.write(json.dumps([name, *sys.argv[1:], *([read] if read else [])]) + "\\n")
for line in (here / "answers.jsonl").read_text().splitlines():
    words, answer = json.loads(line)
    if words in " ".join(sys.argv[1:]):
        print(answer)
        break
"""


class World:
    """A folder of programs that note how they were called and answer as they were told to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("gh", "docker", "uv"):
            program = folder / name
            program.write_text(STAND_IN.format(python=sys.executable, folder=str(folder)), encoding="utf-8")
            program.chmod(0o755)
        self.answering()

    def answering(self, **answers: str) -> None:
        """Set what is printed where a call holds these words, _ for a space."""
        rows = [json.dumps([words.replace("_", " "), answer]) for words, answer in answers.items()]
        (self.folder / "answers.jsonl").write_text("\n".join(rows), encoding="utf-8")

    def calls(self) -> list[list[str]]:
        path = self.folder / "calls.jsonl"
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []

    def make(self, target: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run a target of the Makefile with nothing else in the environment."""
        path = os.pathsep.join([str(self.folder), os.environ["PATH"]])
        home = {"PATH": path, "HOME": str(self.folder), "OMP_NUM_THREADS": "1", "LC_ALL": "C.UTF-8"}
        command = ["make", "-s", "-o", ".venv/ready", target, f"BIN={Path(sys.executable).parent}"]
        return subprocess.run(
            command, cwd=ROOT, env=home | environ, capture_output=True, text=True, timeout=120, check=False
        )


@pytest.fixture
def world(tmp_path: Path) -> World:
    (tmp_path / "programs").mkdir()
    return World(tmp_path / "programs")


# ---- the issue

FAILED = {"WORKFLOW": "Rebuild index", "RUN_URL": "https://github.example/run/7"}


def test_one_failure_opens_no_issue(world: World) -> None:
    for ended in ("success", "cancelled", ""):
        world.answering(run_list=ended)
        assert world.make("job-issue", **FAILED).returncode == 0
    assert {call[1] for call in world.calls()} == {"run"}


def test_a_second_failure_opens_one_issue_and_a_third_adds_to_it(world: World) -> None:
    world.answering(run_list="failure", issue_list="")
    assert world.make("job-issue", **FAILED).returncode == 0
    *_, made = world.calls()
    assert made[:5] == ["gh", "issue", "create", "--title", "Rebuild index failed twice in a row"]
    assert FAILED["RUN_URL"] in made[-1]
    world.answering(run_list="timed_out", issue_list="12")
    assert world.make("job-issue", **FAILED).returncode == 0
    *_, told = world.calls()
    assert told[:4] == ["gh", "issue", "comment", "12"]


# ---- the image

RUN = {
    "GITHUB_REPOSITORY": "Somebody/Kadr",
    "GITHUB_SERVER_URL": "https://github.example",
    "GITHUB_SHA": "0123456789abcdef0123456789abcdef01234567",
    "TARGET": "api",
    "BASE": "docker.io/library/python:3.13-slim@sha256:aa",
}


def test_the_bases_digest_is_handed_on_and_written_down(world: World, tmp_path: Path) -> None:
    world.answering(imagetools_inspect="sha256:aa")
    output, summary = tmp_path / "output", tmp_path / "summary"
    ended = world.make("image-base", GITHUB_OUTPUT=str(output), GITHUB_STEP_SUMMARY=str(summary))
    assert ended.returncode == 0, ended.stderr
    assert output.read_text("utf-8") == f"base={RUN['BASE']}\n"
    assert RUN["BASE"] in summary.read_text("utf-8")


def test_a_base_that_is_not_found_stops_the_run(world: World, tmp_path: Path) -> None:
    (world.folder / "docker").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    output = tmp_path / "output"
    assert world.make("image-base", GITHUB_OUTPUT=str(output), GITHUB_STEP_SUMMARY=str(output)).returncode
    assert not output.exists()


def test_an_image_is_pushed_for_its_machine_and_both_are_joined(world: World, tmp_path: Path) -> None:
    assert world.make("image-push", **RUN, ARCH="arm64").returncode == 0
    create, build = world.calls()
    assert create[1:3] == ["buildx", "create"]
    for words in (
        ["--target", "api"],
        ["--platform", "linux/arm64"],
        ["--build-arg", f"BASE={RUN['BASE']}"],
        ["--build-arg", f"REVISION={RUN['GITHUB_SHA']}"],
        ["--tag", "ghcr.io/somebody/kadr:api-0123456789ab-arm64"],
    ):
        assert words in [build[at : at + 2] for at in range(len(build))]
    world.answering(imagetools_inspect="sha256:bb")
    output = tmp_path / "output"
    ended = world.make("image-join", **RUN, GITHUB_OUTPUT=str(output), GITHUB_STEP_SUMMARY=str(tmp_path / "summary"))
    assert ended.returncode == 0, ended.stderr
    joined = world.calls()[2]
    assert joined[-2:] == [f"ghcr.io/somebody/kadr:api-0123456789ab-{arch}" for arch in ("amd64", "arm64")]
    assert output.read_text("utf-8") == "name=ghcr.io/somebody/kadr\ndigest=sha256:bb\n"


def test_an_image_is_tried_as_it_will_run_before_its_name_moves(world: World) -> None:
    world.answering(inspect="running healthy")
    assert world.make("image-try", **RUN, ARCH="arm64").returncode == 0
    started = world.calls()[0]
    assert started[1] == "run"
    assert started[-1] == "ghcr.io/somebody/kadr:api-0123456789ab-arm64"
    assert {"--read-only", "--tmpfs", "--cap-drop"} <= set(started)
    for state in ("running unhealthy", "exited starting", ""):
        world.answering(inspect=state, logs="Traceback: it fell over")
        ended = world.make("image-try", **RUN, ARCH="arm64")
        assert ended.returncode
        assert "it fell over" in ended.stdout


def test_the_registrys_token_is_on_no_command_line(world: World) -> None:
    ended = world.make("image-login", GITHUB_TOKEN="ghs_invented", GITHUB_ACTOR="somebody")  # noqa: S106  # invented
    assert ended.returncode == 0
    ((*words, read),) = world.calls()
    assert read == "ghs_invented"
    assert "ghs_invented" not in " ".join(words) + ended.stdout + ended.stderr


def test_the_lock_is_resolved_for_every_python_that_is_supported(world: World) -> None:
    assert world.make("lock-check").returncode == 0
    assert [call[call.index("--python-version") + 1] for call in world.calls()] == ["3.11", "3.12", "3.13", "3.14"]
    (world.folder / "uv").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    assert world.make("lock-check").returncode


# ---- the stages


def test_what_is_typed_into_a_form_is_no_command(world: World, tmp_path: Path) -> None:
    config = write_config(tmp_path, few="few.jsonl")
    proof = tmp_path / "proof"
    for typed in (f'1"; touch {proof}; "', f"$(touch {proof})", f"$(shell touch {proof})", f"`touch {proof}`"):
        ended = world.make("job-collect", CATALOGUE=str(config), LIMIT=typed)
        assert ended.returncode == 2, ended.stdout
        assert "--limit" in ended.stderr
    assert not proof.exists()


def test_stages_make_publish_and_question_a_bundle(world: World, tmp_path: Path) -> None:
    write_films(tmp_path / "shelf.jsonl", SHELF[:8])
    told = {
        "CATALOGUE": str(write_config(tmp_path, shelf="shelf.jsonl")),
        "BUNDLES": str(tmp_path / "made"),
        "PLACE": str(tmp_path / "published"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "ACCEPT_LOSS": "true",
    }
    (tmp_path / "published").mkdir()
    for stage in ("collect", "embed", "gate", "publish", "smoke"):
        ended = world.make(f"job-{stage}", **told)
        assert ended.returncode == 0, (stage, ended.stdout, ended.stderr)
    current = (tmp_path / "published" / "current").read_text("utf-8")
    assert current == (tmp_path / "made" / "current").read_text("utf-8")
    ended = world.make("job-embed", **told, LIMIT="4")
    assert ended.returncode == 0, ended.stderr
    ended = world.make("job-gate", **told)
    assert "is refused against" in ended.stdout
    assert ended.returncode
    assert (tmp_path / "summary.md").read_text("utf-8").count("## Gate: ") == 3
