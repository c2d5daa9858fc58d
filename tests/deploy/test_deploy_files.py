"""The files of the places where Kadr runs agree with the image, with the program and with one another."""

import configparser
import json
import re
import subprocess
import sys
import tomllib

import pytest
import yaml  # type: ignore[import-untyped]  # ships none
from click.testing import CliRunner

from kadr.cli.deploying import deploy
from kadr.settings import SETTINGS, load_settings
from tests.commands import ROOT
from tests.servers.wire import Loopback, Reply

DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
DOCS = (ROOT / "docs" / "deploy.md").read_text("utf-8")


def read(name: str) -> str:
    return (ROOT / "deploy" / name).read_text("utf-8")


def test_all_that_the_image_copies_is_sent_and_there() -> None:
    sent = {line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")}
    lines = re.findall(r"^COPY (?!--)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    copied = " ".join(lines).split()
    assert copied
    for path in copied:
        assert (ROOT / path).exists(), path
        assert path.split("/")[0] in sent, path


def test_the_image_runs_as_nobody_in_particular() -> None:
    stages = re.split(r"^(?=FROM )", DOCKERFILE, flags=re.MULTILINE)
    served = next(stage for stage in stages if " AS served" in stage)
    assert "USER 1000:1000" in served
    assert "HEALTHCHECK" in served
    assert 'VOLUME ["/cache"]' in served
    for name in ("app", "api"):
        last = next(stage for stage in stages if stage.startswith(f"FROM served AS {name}"))
        assert "USER" not in last
        assert "RUN" not in last  # nothing is installed where it is served


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_the_health_check_asks_this_machine_whatever_proxy_is_set(status: int, code: int) -> None:
    told = re.search(r"^HEALTHCHECK .*\n +CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    assert told
    *_, program = json.loads(told[1])
    with Loopback(lambda _: Reply(status)) as server:
        command = [sys.executable, "-c", program.replace("8501", server.url.rpartition(":")[2])]
        proxy = {"http_proxy": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"}
        ended = subprocess.run(command, env=proxy, capture_output=True, text=True, timeout=30, check=False)
        assert ended.returncode == code, ended.stderr
        assert [each.path for each in server.received] == ["/api/v1/health"]


@pytest.mark.parametrize("name", ["compose.yaml", "fly.toml", "render.yaml", "kadr.service", "space/README.md"])
def test_every_place_knows_the_port(name: str) -> None:
    assert "8501" in read(name)
    assert "EXPOSE 8501" in DOCKERFILE


def test_compose_gives_no_right_that_is_not_needed() -> None:
    service = yaml.safe_load(read("compose.yaml"))["services"]["kadr"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["ports"] == ["127.0.0.1:8501:8501"]
    assert service["tmpfs"] == ["/tmp"]  # noqa: S108  # the container's own


def test_the_space_is_one_for_docker() -> None:
    _, front, text = read("space/README.md").split("---\n", 2)
    told = yaml.safe_load(front)
    assert (told["sdk"], told["app_port"]) == ("docker", 8501)
    assert len(told["short_description"]) <= 60
    assert text.strip()
    assert "STREAMLIT_SERVER_ENABLE_XSRF_PROTECTION=false" in read("space/Dockerfile")


def test_settings_in_examples_exist() -> None:
    lines = [line.removeprefix("# ") for line in read("kadr.env.example").splitlines() if "=" in line]
    given = dict(line.split("=", 1) for line in lines)
    assert set(given) <= {setting.name for setting in SETTINGS}
    load_settings(given)
    assert tomllib.loads(read("fly.toml"))["http_service"]["internal_port"] == 8501
    services = yaml.safe_load(read("render.yaml"))["services"]
    # A secret is asked for, and stands in no file.
    assert [each for each in services[0]["envVars"] if each["key"] == "HF_TOKEN"] == [
        {"key": "HF_TOKEN", "sync": False}
    ]


def test_the_service_of_systemd_starts_what_is_there() -> None:
    unit = configparser.RawConfigParser(strict=False)
    unit.read_string(read("kadr.service"))
    assert unit["Service"]["ExecStart"].split()[1:4] == ["-m", "kadr", "serve"]
    assert unit["Service"]["ProtectSystem"] == "strict"


def test_the_document_names_options_that_exist() -> None:
    shown = CliRunner().invoke(deploy, ["space", "--help"]).output
    section = DOCS.split("## Hugging Face Space")[1].split("\n## ")[0]
    options = set(re.findall(r"--[a-z-]+", section))
    assert options
    assert {option for option in options if option not in shown} == set()
    for path in re.findall(r"`(deploy/[\w./-]+)`", DOCS):
        assert (ROOT / path).exists() or path == "deploy/kadr.env", path
