"""A static model from the Hub, through the real client; it reads its environment when imported, so in processes."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from huggingface_hub import DryRunFileInfo

from kadr.encode.static_hub import _check
from kadr.encode.static_model import MAX_BYTES
from kadr.encode.take_static import take_static
from kadr.errors import ConfigError
from tests.commands import shell
from tests.encode.static_models import Making, unigram, wordpiece, write_model
from tests.servers.faults import Fault
from tests.servers.hub import HubServer, Repo

PASSAGES = ("Маяк и смотритель", "The keeper of the lighthouse")
TAKING = """
import hashlib, json, sys
from kadr.encode.take_static import take_static
from kadr.errors import KadrError

for model in json.loads(sys.argv[1]):
    try:
        encoder = take_static(model, sys.argv[2:])
        told = [encoder.profile.model, encoder.profile.revision, hashlib.sha256(encoder.table.tobytes()).hexdigest()]
    except KadrError as error:
        told = [type(error).__name__, str(error)]
    print(json.dumps(told))
"""
SECRET = "hf_" + "s" * 34


def take(hub: str, home: Path, *models: str, **environment: str) -> list[list[str]]:
    """Take models in a process of its own, and return for each: name, commit, hash, or an error's class and text."""
    env = {"HF_ENDPOINT": hub, "HF_HOME": str(home), "HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
    ended = shell("-c", TAKING, json.dumps(models), *PASSAGES, env=env | environment)
    assert ended.returncode == 0, ended.stderr
    assert SECRET not in ended.stdout + ended.stderr
    return [json.loads(line) for line in ended.stdout.splitlines()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = write_model(tmp_path / "model", unigram(), Making(weights=True))
    (made / "README.md").write_text("# A model\n", encoding="utf-8")
    (made / "pytorch_model.bin").write_bytes(b"not ours to fetch")
    return made


def test_a_model_of_the_hub_is_that_of_its_folder(folder: Path, tmp_path: Path) -> None:
    inner = write_model(tmp_path / "inner", wordpiece(), Making(inner="0_StaticEmbedding/"))
    repos = {"maker/small": Repo(folder), "maker/inner": Repo(inner)}
    with HubServer(repos) as hub:
        taken = take(hub.url, tmp_path / "home", *repos)
        asked = [request.path for request in hub.requests]
        again = take(hub.url, tmp_path / "home", *repos)
        asked_again = [request.path for request in hub.requests[len(asked) :]]
    for (name, repo), told in zip(repos.items(), taken, strict=True):
        table = take_static(str(repo.folder), PASSAGES).table
        assert told == [name, repo.sha, hashlib.sha256(table.tobytes()).hexdigest()]
    assert not [path for path in asked if "README" in path or "pytorch" in path]
    assert again == taken
    assert not [path for path in asked_again if "/resolve/" in path]
    # And with the Hub gone: what was fetched serves on, what was not is said to be out of reach.
    cached, missing = take(hub.url, tmp_path / "home", "maker/small", "maker/other")
    assert cached == taken[0]
    assert missing[0] == "ServiceBusy"
    assert "maker/other could not be fetched from the Hub (it cannot be reached)" in missing[1]
    offline = take(hub.url, tmp_path / "home", "maker/small", "maker/other", HF_HUB_OFFLINE="1")
    assert [told[0] for told in offline] == ["maker/small", "ServiceBusy"]
    assert "(HF_HUB_OFFLINE is set, and it was not fetched before)" in offline[1][1]


def test_what_cannot_be_taken_says_why(folder: Path, tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.mkdir()
    (plain / "tokenizer.json").write_text("{}", encoding="utf-8")
    damaged = write_model(tmp_path / "damaged", unigram())
    (damaged / "model.safetensors").write_bytes(b"short")
    repos = {
        "maker/gated": Repo(folder, gated=True),
        "maker/plain": Repo(plain),
        "maker/damaged": Repo(damaged),
        "maker/private": Repo(folder, private=True),
    }
    with HubServer(repos) as hub:
        told = take(hub.url, tmp_path / "home", *repos, "maker/unknown", "no name!", "a/b/c")
        stale = take(hub.url, tmp_path / "home", "maker/gated", HF_TOKEN=SECRET)
    assert [kind for kind, _ in told] == ["ServiceRefused", *["ConfigError"] * 6]
    for (_, message), expected in zip(
        told,
        (
            "maker/gated is shown only to those who accepted its terms",
            "maker/plain is no static model: it lacks model.safetensors or tokenizer.json",
            "maker/damaged: model.safetensors: is no safetensors file, or is cut short",
            "the Hub has no model maker/private, or not for this token",
            "the Hub has no model maker/unknown, or not for this token",
            "'no name!' is no name of a model; write organisation/name",
            "'a/b/c' is no name of a model; write organisation/name",
        ),
        strict=True,
    ):
        assert message.startswith("encoder.model: ")
        assert expected in message
        assert "\n" not in message
    assert stale[0][0] in {"ServiceRefused", "ConfigError"}
    assert "token" in stale[0][1]


FAULTS = {
    "limited": Fault.status(429),
    "down": Fault.status(503),
    "page": Fault.html(),
    "nothing": Fault.no_content(),
    "object": Fault.error_json(),
    "list": Fault.error_json(listed=True),
    "cut": Fault.drop_mid_body(),
}


PATIENT = {"limited", "down", "cut"}
"""Faults at which the client tries a list or a file again for a good while; once, at the revision, is enough here."""


def test_a_hub_in_trouble_is_to_be_asked_again(folder: Path, tmp_path: Path) -> None:
    """A model is named for what goes wrong, and for where it does."""
    strange = [f"{where}/{name}" for where in ("tree", "resolve") for name in FAULTS if name not in PATIENT]
    repos = {name: Repo(folder) for name in (*strange, *(f"revision/{name}" for name in FAULTS))}

    def spoiled(_: int, texts: tuple[str, ...]) -> Fault | None:
        where, name = texts[0].removeprefix("/api/models").split("/")[1:3]
        return FAULTS[name] if f"/{name}/{where}/" in texts[0] else None

    with HubServer(repos, faults=spoiled) as hub:
        told = take(hub.url, tmp_path / "home", *repos)
    for name, (kind, message) in zip(repos, told, strict=True):
        assert (name, kind) == (name, "ServiceBusy")
        assert f"{name} could not be fetched" in message
        assert "run it again later" in message
        assert not re.search(r"[a-z]Error|Exception|Assertion", message), message


def test_a_cache_that_cannot_be_written_is_named(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("no folder", encoding="utf-8")
    with HubServer({"maker/small": Repo(folder)}) as hub:
        ((kind, message),) = take(hub.url, tmp_path / "home", "maker/small")
    assert kind == "ConfigError"
    assert "set HF_HOME to another folder" in message


def test_a_file_beyond_all_bounds_is_not_fetched() -> None:
    def file(name: str, size: int) -> DryRunFileInfo:
        return DryRunFileInfo("0" * 40, size, name, "", is_cached=False, will_download=True)

    _check("maker/small", [file("tokenizer.json", 1), file("model.safetensors", MAX_BYTES)])
    with pytest.raises(ConfigError, match=r"model\.safetensors of maker/huge has 2,147,483,649 bytes, more than"):
        _check("maker/huge", [file("tokenizer.json", 1), file("model.safetensors", MAX_BYTES + 1)])
