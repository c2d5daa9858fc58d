"""The real client reads models, files and tokens from the stand-in Hub, and fails as it does with the original."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.servers.clients import get, in_client
from tests.servers.faults import Fault
from tests.servers.hub import INFERENCE, HubServer, Repo, Token

FILES = {"config.json": b'{"normalize": true}', "deep/table.bin": bytes(range(256)) * 400, "README.md": "Маяк".encode()}
MINE, READ, OTHER, STRANGE = "hf_mine", "hf_read", "hf_other", "hf_strange"

DOWNLOAD = """
import json
from pathlib import Path
from huggingface_hub import snapshot_download
try:
    folder = Path(snapshot_download(REPO, **OPTIONS))
    found = {p.relative_to(folder).as_posix(): p.read_bytes().hex() for p in sorted(folder.rglob("*")) if p.is_file()}
    print(json.dumps({"files": found, "commit": folder.name}))
except Exception as error:
    print(json.dumps({"raised": [kind.__name__ for kind in type(error).__mro__], "text": str(error)}))
"""
TRY = """
import json
from huggingface_hub import HfApi, hf_hub_download

def seen(ask):
    try:
        return ask()
    except Exception as error:
        status = getattr(getattr(error, "response", None), "status_code", 0)
        return {"raised": [kind.__name__ for kind in type(error).__mro__], "status": status, "text": str(error)}

print(json.dumps([seen(ask) for ask in ASKS]))
"""
MODEL, OWN = "HfApi().model_info('maker/model').id", "HfApi().model_info('maker/own').id"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path, content in FILES.items():
        target = tmp_path / "model" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return tmp_path / "model"


def download(hub: HubServer, home: Path, token: str = "", **options: Any) -> dict[str, Any]:
    code = f"REPO, OPTIONS = 'maker/model', {options!r}\n{DOWNLOAD}"
    got: dict[str, Any] = in_client(code, hub.url, home, token=token)
    return got


def attempts(hub: HubServer, home: Path, *asks: str, token: str = "") -> list[Any]:
    """What the client makes of each of these asks, in turn."""
    lines = ", ".join(f"lambda: {ask}" for ask in asks)
    got: list[Any] = in_client(TRY.replace("ASKS", f"[{lines}]"), hub.url, home, token=token)
    return got


def test_a_snapshot_is_the_folder_and_its_second_download_one_request(folder: Path, tmp_path: Path) -> None:
    repo = Repo(folder, tags=("v1",))
    with HubServer({"maker/model": repo}) as hub:
        whole = download(hub, tmp_path / "home")
        assert {path: bytes.fromhex(content) for path, content in whole["files"].items()} == FILES
        assert whole["commit"] == repo.sha
        before = len(hub.requests)
        assert download(hub, tmp_path / "home") == whole
        assert [request.path for request in hub.requests[before:]] == ["/api/models/maker/model/revision/main"]
        some = download(hub, tmp_path / "other", revision="v1", allow_patterns=["*.json"])
        assert list(some["files"]) == ["config.json"]
        by_sha = download(hub, tmp_path / "third", revision=repo.sha, allow_patterns=["deep/*"])
        assert list(by_sha["files"]) == ["deep/table.bin"]


def test_a_data_set_has_a_path_of_its_own(folder: Path, tmp_path: Path) -> None:
    with HubServer({"maker/model": Repo(folder, kind="datasets")}) as hub:
        assert set(download(hub, tmp_path / "home", repo_type="dataset")["files"]) == set(FILES)
        assert "RepositoryNotFoundError" in download(hub, tmp_path / "home")["raised"]


def test_what_the_commit_depends_on(folder: Path) -> None:
    before = Repo(folder).sha
    assert Repo(folder).sha == before
    (folder / "config.json").write_bytes(b"{}")
    assert Repo(folder).sha != before


def test_what_is_not_there(folder: Path, tmp_path: Path) -> None:
    with HubServer({"maker/model": Repo(folder)}) as hub:
        entry, revision, repo = attempts(
            hub,
            tmp_path,
            "hf_hub_download('maker/model', 'weights.bin')",
            "hf_hub_download('maker/model', 'config.json', revision='v9')",
            "HfApi().model_info('maker/none').id",
        )
    assert entry["raised"][0] == "RemoteEntryNotFoundError"
    assert revision["raised"][0] == "RevisionNotFoundError"
    assert repo["raised"][0] == "RepositoryNotFoundError"


def test_what_is_closed(folder: Path, tmp_path: Path) -> None:
    repos = {"maker/model": Repo(folder, gated=True), "maker/own": Repo(folder, private=True)}
    with HubServer(repos, tokens={MINE: Token(reads_private=True), OTHER: Token()}) as hub:
        gated, own = attempts(hub, tmp_path, "hf_hub_download('maker/model', 'config.json')", OWN, token=MINE)
        assert gated["raised"][0] == "GatedRepoError"
        assert own == "maker/own"
        for stranger in ("", OTHER):
            (hidden,) = attempts(hub, tmp_path, OWN, token=stranger)
            assert hidden["raised"][0] == "RepositoryNotFoundError"


def test_about_a_model(folder: Path, tmp_path: Path) -> None:
    repo = Repo(folder)
    told = "(lambda about: [about.sha, about.pipeline_tag, [file.rfilename for file in about.siblings]])"
    with HubServer({"maker/model": repo}) as hub:
        assert attempts(hub, tmp_path, f"{told}(HfApi().model_info('maker/model'))") == [
            [repo.sha, "feature-extraction", sorted(FILES)]
        ]


def test_some_files_may_be_asked_about(folder: Path, tmp_path: Path) -> None:
    told = "[[file.path, file.size] for file in HfApi().get_paths_info('maker/model', ['config.json', 'none.txt'])]"
    with HubServer({"maker/model": Repo(folder)}) as hub:
        assert attempts(hub, tmp_path, told) == [[["config.json", len(FILES["config.json"])]]]


def test_whose_token_it_is(tmp_path: Path) -> None:
    with HubServer(tokens={MINE: Token(), READ: Token("read"), OTHER: Token(everywhere=True)}) as hub:
        (mine,) = attempts(hub, tmp_path, "HfApi().whoami()['auth']['accessToken']", token=MINE)
        assert (mine["role"], mine["fineGrained"]["global"]) == ("fineGrained", [])
        assert [scope["permissions"] for scope in mine["fineGrained"]["scoped"]] == [[INFERENCE]]
        assert get(f"{hub.url}/api/whoami-v2", token=READ).json["auth"]["accessToken"]["role"] == "read"
        wide = get(f"{hub.url}/api/whoami-v2", token=OTHER).json["auth"]["accessToken"]["fineGrained"]
        assert (wide["global"], wide["scoped"]) == ([INFERENCE], [])
        (wrong,) = attempts(hub, tmp_path, "HfApi().whoami()", token=STRANGE)
        assert (wrong["raised"][0], wrong["status"]) == ("HfHubHTTPError", 401)
        assert wrong["text"].startswith("Invalid user token.")
        assert f"Bearer {STRANGE}" in hub.log


def test_faults(folder: Path, tmp_path: Path) -> None:
    refused = Fault.status(401, "said so", {"X-Error-Code": "RepoNotFound"})
    faults = [refused, Fault.status(404, "said so"), Fault.limited(3), Fault.status(503, "down"), Fault.drop_before()]
    with HubServer({"maker/model": Repo(folder)}, faults=faults) as hub:
        *failed, dropped, well = attempts(hub, tmp_path, *[MODEL] * 6)
    assert [fail["status"] for fail in failed] == [401, 404, 429, 503]
    assert failed[0]["raised"][0] == "RepositoryNotFoundError"
    assert {fail["raised"][0] for fail in failed[1:]} == {"HfHubHTTPError"}
    assert "HTTPError" in dropped["raised"]
    assert well == "maker/model"


def test_a_snapshot_outlives_the_hub(folder: Path, tmp_path: Path) -> None:
    with HubServer({"maker/model": Repo(folder)}) as hub:
        whole = download(hub, tmp_path / "home")
        hub.misbehave(lambda _number, _path: Fault.status(503, "down"))
        assert download(hub, tmp_path / "home") == whole
        assert "LocalEntryNotFoundError" in download(hub, tmp_path / "cold")["raised"]


def test_plain_requests() -> None:
    with HubServer() as hub:
        assert get(f"{hub.url}/api/agent-harnesses").status == 404
        assert get(f"{hub.url}/elsewhere").status == 404
        assert [request.path for request in hub.requests] == ["/elsewhere"]
        assert json.loads(get(f"{hub.url}/api/whoami-v2").body) == {"error": "Invalid username or password."}
