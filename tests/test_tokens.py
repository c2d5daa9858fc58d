"""No token in anything that is written: output, tracebacks, files of a build, addresses; whatever goes wrong."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import ROOT
from tests.servers.inference import Fault
from tests.vectorise.shop import TOKEN, Shop, opened_shop

HUB_TOKEN = "hf_" + "NeverToBeSeenAnywhere" * 2
ECHO = f"token {TOKEN} and Bearer {HUB_TOKEN} are not welcome"
"""A server may say what it was sent, in a page or as JSON."""
FAULTS = {
    "none": None,
    "refused": Fault.refused(),
    "forbidden": Fault.forbidden(),
    "spent": Fault.spent(),
    "missing": Fault.missing(),
    "echo 401": Fault.status(401, ECHO),
    "echo 400": Fault.status(400, ECHO),
    "echo with 200": Fault.status(200, ECHO),
    "redirect": Fault.redirect("http://127.0.0.1:9/elsewhere"),
}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with opened_shop(tmp_path) as opened:
        opened.write(encoder="distil = false")
        yield opened


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundles of a build that went well."""
    with opened_shop(tmp_path_factory.mktemp("whole")) as opened:
        opened.write(encoder="distil = false")
        return opened.build().folder.parent


def run(shop: Shop, *arguments: str) -> str:
    """Run a command as a careless operator would, everything switched on that talks, and return what it wrote."""
    environ = {
        **os.environ,
        "HF_TOKEN": HUB_TOKEN,
        "KADR_INFERENCE_TOKEN": TOKEN,
        "KADR_INFERENCE_URL": shop.server.url,
        "KADR_BUNDLE": str(shop.folder / "bundles"),
        "HF_DEBUG": "1",
        "HF_HUB_VERBOSITY": "debug",
        "HTTPX_LOG_LEVEL": "trace",
        "PYTHONFAULTHANDLER": "1",
    }
    command = [sys.executable, "-X", "dev", "-m", "kadr", "--debug", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=120, check=False)
    return f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"


@pytest.mark.parametrize("name", FAULTS)
def test_no_token_is_written_whatever_the_service_does(shop: Shop, whole: Path, name: str) -> None:
    fault = FAULTS[name]
    shop.server.misbehave((lambda _number, _texts: fault) if fault else ())
    config = str(shop.folder / "catalogue.toml")
    written = [run(shop, "build", config), run(shop, "doctor", config)]
    assert (shop.folder / "bundles" / "current").exists() is (fault is None)
    if fault is not None:
        shutil.copytree(whole, shop.folder / "bundles", dirs_exist_ok=True)
    asked = len(shop.server.requests)
    written.append(run(shop, "search", "вторая луна", "--json", "--budget-ms", "3000"))
    assert len(shop.server.requests) > asked
    assert [text.partition("\n")[0] for text in written] == [
        "exit 0" if fault is None else "exit 4",
        "exit 0" if fault is None else "exit 2",
        "exit 0",
    ]
    files = [path for path in shop.folder.rglob("*") if path.is_file()]
    assert len(files) > 10
    for token in (TOKEN, HUB_TOKEN):
        assert not [text for text in written if token in text]
        assert not [path for path in files if token.encode() in path.read_bytes()]
        assert not [call for call in shop.server.requests if token in call.path]
    # Hugging Face's own token is for Hugging Face.
    headers = [value for call in shop.server.requests for value in call.headers.values()]
    assert f"Bearer {TOKEN}" in headers
    assert not [value for value in headers if HUB_TOKEN in value]
