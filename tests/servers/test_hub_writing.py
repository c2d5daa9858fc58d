"""The real client writes to the stand-in Hub as to the original: commits, stale parents, large files, tags."""

from pathlib import Path
from typing import Any

from tests.servers.clients import get, in_client
from tests.servers.hub import Depot, HubServer, Token
from tests.servers.hub_depot import Stale

WRITES = """
import json
from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi, snapshot_download

api, kind = HfApi(), {"repo_type": "dataset"}
def commit(files, parent, deletes=()):
    adds = [CommitOperationAdd(path, content) for path, content in files.items()]
    operations = [*adds, *map(CommitOperationDelete, deletes)]
    try:
        return api.create_commit("me/films", operations, commit_message="one", parent_commit=parent, **kind).oid
    except Exception as error:
        return error.response.status_code

api.create_repo("me/films", exist_ok=True, **kind)
api.create_repo("me/films", exist_ok=True, **kind)
first = api.repo_info("me/films", **kind).sha
second = commit({"README.md": b"---\\ntags:\\n- a\\n---\\n", "a/b.npy": bytes(500), "a/c.txt": b"c"}, first)
same = commit({"a/b.npy": bytes(500)}, second)
stale = commit({"d.txt": b"d"}, first)
third = commit({"d.txt": b"d"}, second, ["a/c.txt"])
missing = commit({}, third, ["a/c.txt"])
api.create_tag("me/films", tag="good", revision=second, **kind)
tags = {tag.name: tag.target_commit for tag in api.list_repo_refs("me/films", **kind).tags}
api.delete_tag("me/films", tag="good", **kind)
folder = snapshot_download("me/films", revision=third, local_dir=FOLDER, **kind)
print(json.dumps([first, second, same, stale, third, missing, tags]))
"""


def test_commits_tags_and_large_files(tmp_path: Path) -> None:
    with HubServer(tokens={"hf_mine": Token("write"), "hf_reads": Token("read")}) as hub:
        code = f"FOLDER = {str(tmp_path / 'films')!r}\n{WRITES}"
        told: list[Any] = in_client(code, hub.url, tmp_path / "home", token="hf_mine")  # noqa: S106  # it opens nothing
        first, second, same, stale, third, missing, tags = told
        held = hub.repos["me/films"]
        assert isinstance(held, Depot)
        assert [each.sha for each in held.commits] == [first, second, third]
        assert same == second, "nothing changed is no commit"
        assert (stale, missing) == (412, 404)
        assert (tags, held.tags) == ({"good": second}, {})
        assert held.head.large == {"a/b.npy"}
        assert (tmp_path / "films" / "a" / "b.npy").read_bytes() == bytes(500)
        assert not (tmp_path / "films" / "a" / "c.txt").exists()


def test_a_part_of_a_file_and_what_one_has_already() -> None:
    held = Depot()
    made = held.commit({"current": b"0123456789"})
    with HubServer({"me/films": held}) as hub:
        url = f"{hub.url}/datasets/me/films/resolve/main/current"
        whole = get(url)
        assert (whole.body, whole.headers["x-repo-commit"]) == (b"0123456789", made.sha)
        assert whole.headers["etag"] == get(url).headers["etag"]
        held.commit({"current": b"another"})
        assert whole.headers["etag"] != get(url).headers["etag"]


def test_a_stale_parent_changes_nothing() -> None:
    held = Depot()
    first = held.head.sha
    held.commit({"a": b"1"}, parent=first)
    try:
        held.commit({"a": b"2"}, parent=first)
    except Stale:
        assert held.head.files["a"] == b"1"
    else:
        raise AssertionError
