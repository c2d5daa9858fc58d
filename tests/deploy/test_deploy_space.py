"""`kadr deploy space`, against the stand-in Hub: the client of the Hub reads its address when it is imported."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kadr.errors import ConfigError
from kadr.publish.space import planned
from tests.commands import shell
from tests.servers.hub import Token
from tests.servers.hub_spaces import SpacesHub

TOKEN, INFERENCE = "hf_writes0123456789", "hf_asks9876543210"
IMAGE = f"ghcr.io/films/kadr:app@sha256:{'ab' * 32}"
PROGRAM = "from kadr.cli.deploying import deploy; deploy(prog_name='kadr deploy')"
SETTINGS = ("--image", IMAGE, "--bundle", "hf://datasets/films/bundle")


@pytest.fixture
def hub() -> Iterator[SpacesHub]:
    with SpacesHub(tokens={TOKEN: Token("write")}) as server:
        yield server


def deployed(hub: SpacesHub, home: Path, *more: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "HF_ENDPOINT": hub.url,
        "HF_HUB_DISABLE_XET": "1",
        "HF_HOME": str(home),
        "HF_TOKEN": TOKEN,
        "INFERENCE_TOKEN": INFERENCE,
    }
    return shell("-c", PROGRAM, "space", "films/search", *SETTINGS, *more, env=environment)


def test_it_creates_a_docker_space_with_its_settings(hub: SpacesHub, tmp_path: Path) -> None:
    ended = deployed(hub, tmp_path, "--variable", "KADR_RESULTS=20", "--secret", "HF_TOKEN=INFERENCE_TOKEN")
    assert ended.returncode == 0, ended.stderr
    assert hub.settings["films/search"] == {
        "variables": {"KADR_BUNDLE": "hf://datasets/films/bundle", "KADR_RESULTS": "20"},
        "secrets": {"HF_TOKEN": INFERENCE},
    }
    space = hub.repos["films/search"]
    files = space.at("main").files  # type: ignore[union-attr]  # it was made
    assert space.kind == "spaces"
    assert files["README.md"].startswith(b"---\n")
    assert b"\nsdk: docker\n" in files["README.md"]
    assert files["Dockerfile"].startswith(f"FROM {IMAGE}\n".encode())
    paths = [each.path for each in hub.requests]
    # The first start has its settings.
    assert paths.index("/api/spaces/films/search/variables") < paths.index("/api/spaces/films/search/commit/main")
    created = next(each for each in hub.requests if each.path == "/api/repos/create")
    assert b'"sdk":"docker"' in created.body.replace(b" ", b"")
    assert INFERENCE not in ended.stdout + ended.stderr
    assert TOKEN not in ended.stdout + ended.stderr


def test_done_again_it_commits_nothing(hub: SpacesHub, tmp_path: Path) -> None:
    deployed(hub, tmp_path)
    before = hub.repos["films/search"].at("main")
    ended = deployed(hub, tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert hub.repos["films/search"].at("main") == before
    assert "up to date" in ended.stdout


def test_a_dry_run_asks_nobody(hub: SpacesHub, tmp_path: Path) -> None:
    ended = deployed(hub, tmp_path, "--secret", "HF_TOKEN=INFERENCE_TOKEN", "--dry-run")
    assert ended.returncode == 0, ended.stderr
    assert "secret HF_TOKEN" in ended.stdout
    assert INFERENCE not in ended.stdout
    assert hub.requests == []


def test_without_a_paid_plan_it_says_so(tmp_path: Path) -> None:
    with SpacesHub(paid=False, tokens={TOKEN: Token("write")}) as hub:
        ended = deployed(hub, tmp_path)
    assert ended.returncode != 0
    assert "needs a paid plan" in ended.stderr
    assert TOKEN not in ended.stderr


@pytest.mark.parametrize(
    ("name", "image", "variables", "secrets", "said"),
    [
        ("films", IMAGE, [], [], "OWNER/NAME"),
        ("films/search", "kadr\nRUN evil", [], [], "--image"),
        ("films/search", IMAGE, ["KADR_RESULTS"], [], "NAME=VALUE"),
        ("films/search", IMAGE, ["KADR_RESULTS=many"], [], "KADR_RESULTS"),
        ("films/search", IMAGE, ["HF_TOKEN=hf_shown"], [], "everybody can read"),
        ("films/search", IMAGE, [], ["hf_pasted_here"], "--secret: must be"),
        ("films/search", IMAGE, [], ["ABSENT"], "ABSENT is not set"),
        ("films/search", IMAGE, [], ["HF_TOKEN"], "the token that writes"),
        ("films/search", IMAGE, [], ["HF_TOKEN=SAME"], "the token that writes"),
    ],
)
def test_mistakes_are_told_and_quote_no_secret(
    name: str, image: str, variables: list[str], secrets: list[str], said: str
) -> None:
    with pytest.raises(ConfigError, match=said) as told:
        planned(name, image, variables, secrets, {"HF_TOKEN": TOKEN, "SAME": TOKEN})
    assert not any(text in str(told.value) for text in (TOKEN, "hf_shown", "hf_pasted_here"))


def test_a_plan_shows_no_secret() -> None:
    plan = planned("films/search", IMAGE, [], ["KADR_API_KEYS"], {"KADR_API_KEYS": "0123456789abcdef-key"})
    assert plan.secrets["KADR_API_KEYS"] == "0123456789abcdef-key"
    assert "0123456789abcdef" not in plan.to_text() + repr(plan)
