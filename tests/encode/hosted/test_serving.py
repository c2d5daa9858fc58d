"""Who serves a model: asked of the Hub by its real client, in a process of its own, since it reads HF_ENDPOINT once.

Such a process takes seconds to start, so each asks for many models.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from kadr.encode.encoder import Profile
from kadr.encode.hosted.secrets import Keys
from kadr.encode.hosted.serving import resolve_served
from tests.servers.faults import Fault
from tests.servers.hub import HubServer, Repo, served
from tests.servers.wire import Loopback, Received, Reply, json_reply, text_reply

TOKEN = "hf_TheHubTokenOfTests"  # noqa: S105  # made up
PROGRAM = """
import json, os, sys
from kadr.encode.encoder import Profile
from kadr.encode.hosted.secrets import Keys
from kadr.encode.hosted.serving import resolve_served
from kadr.errors import KadrError
for model in sys.argv[1:]:
    try:
        found = resolve_served(Profile("scaleway", model, 8), Keys(hub=os.environ["HF_TOKEN"]))
    except KadrError as error:
        print(json.dumps([type(error).__name__, str(error)]))
    else:
        print(json.dumps(["served_as", found.served_as]))
"""


def resolved(endpoint: str, home: Path, models: Sequence[str], **more: str) -> Mapping[str, list[str]]:
    """Return for each model the name that was found, or the error's kind and message."""
    environ = {**os.environ, "HF_ENDPOINT": endpoint, "HF_HOME": str(home), "HF_TOKEN": TOKEN, **more}
    command = [sys.executable, "-c", PROGRAM, *models]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True, timeout=60)
    assert TOKEN not in done.stdout + done.stderr
    return dict(zip(models, map(json.loads, done.stdout.splitlines()), strict=True))


def test_the_hub_is_asked_who_serves_a_model_under_which_name(tmp_path: Path) -> None:
    providers = {
        "is/live": {"together": served("t/name"), "scaleway": served("their-name")},
        "is/staging": {"scaleway": served("staged", status="staging")},
        "is/ailing": {"scaleway": served("ailing", status="error")},
        "is/elsewhere": {
            "together": served("t/name"),
            "deepinfra": served("d", status="error"),
            "scaleway": served("chat-only", task="conversational"),
        },
        "is/nowhere": {},
    }
    repos = {model: Repo(tmp_path, providers=mapping) for model, mapping in providers.items()}

    def trouble(_: int, paths: tuple[str, ...]) -> Fault | None:
        return next((fault for word, fault in troubles.items() if word in paths[0]), None)

    troubles = {"is/down": Fault.status(503), "is/crowded": Fault.busy("9"), "is/dropped": Fault.drop_before()}
    models = [*providers, *troubles, "is/absent", "a/b/c"]
    with HubServer(repos, faults=trouble) as hub:
        found = resolved(hub.url, tmp_path, models)
        assert "authorization" not in hub.log.lower()
        assert len(hub.requests) == len(models) - 1  # nobody is asked for a name that is none
    assert found["is/live"] == ["served_as", "their-name"]
    assert found["is/staging"] == ["served_as", "staged"]
    assert found["is/ailing"] == ["served_as", "ailing"]
    kind, message = found["is/elsewhere"]
    assert kind == "ServiceMissing"
    assert message.startswith("127.0.0.1, model is/elsewhere: is not served by scaleway, but by ")
    assert "together" in message
    assert "deepinfra (error)" in message
    assert "is not served by scaleway, but by nobody; check encoder.model" in found["is/nowhere"][1]
    assert [found[model][0] for model in troubles] == ["ServiceBusy"] * 3
    kind, message = found["is/absent"]
    assert kind == "ServiceMissing"
    assert message.startswith("127.0.0.1, model is/absent: is not to be found, or private; check encoder.model")
    assert found["a/b/c"][0] == "ConfigError"


def test_an_answer_of_another_form_is_wrong(tmp_path: Path) -> None:
    replies = {
        "an/html": text_reply("<html>sign in</html>"),
        "an/list": json_reply([]),
        "an/word": json_reply({"id": "maker/model", "inferenceProviderMapping": "all"}),
        "an/empty": json_reply({"id": "maker/model", "inferenceProviderMapping": {"scaleway": {}}}),
    }

    def answer(received: Received) -> Reply:
        return next((reply for model, reply in replies.items() if model in received.path), Reply(404))

    with Loopback(answer) as hub:
        found = resolved(hub.url, tmp_path, [*replies])
    assert {kind for kind, _ in found.values()} == {"ServiceWrong"}


def test_no_hub_at_all_is_busy(tmp_path: Path) -> None:
    with Loopback(lambda _: Reply(200)) as gone:
        url = gone.url
    assert resolved(url, tmp_path, ["maker/model"])["maker/model"][0] == "ServiceBusy"


def test_a_hub_that_may_not_be_asked_says_what_forbids_it(tmp_path: Path) -> None:
    kind, message = resolved("http://127.0.0.1:9", tmp_path, ["maker/model"], HF_HUB_OFFLINE="1")["maker/model"]
    assert kind == "ServiceMissing"
    assert "HF_HUB_OFFLINE is set; unset it" in message


@pytest.mark.parametrize("provider", ["hf-inference", "tei", "openai"])
def test_providers_without_names_of_their_own_need_no_question(provider: str) -> None:
    profile = Profile(provider, "maker/model", 8, url="http://127.0.0.1:9")
    assert resolve_served(profile, Keys()) is profile
