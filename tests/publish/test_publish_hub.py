"""Publishing to the Hub: one commit, checked by download, under every fault that the wire may have."""

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from kadr.bundle import verify
from tests.commands import ROOT
from tests.publish.worker import Worker, environment
from tests.servers.faults import Fault
from tests.servers.hub import Depot, HubServer, Late, at
from tests.servers.hub_depot import Snapshot

Three = tuple[Path, Path, Path]


def depot(hub: HubServer, name: str) -> Depot:
    found = hub.repos[name]
    assert isinstance(found, Depot)
    return found


def laid_out(held: Depot, folder: Path) -> Path:
    """Write what the head of a repository holds to the disk."""
    for path, content in held.head.files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return folder


def test_one_commit_holds_all_and_is_tagged(calm: HubServer, worker: Worker, three: Three, tmp_path: Path) -> None:
    done = worker.ask("publish", "me/first", bundles=three[0])
    held = depot(calm, "me/first")
    version = three[0].name
    assert [done["version"], done["changed"], done["before"]] == [version, True, ""]
    assert [each.message for each in held.commits] == ["initial commit", f"Bundle {version}"]
    assert held.tags == {"checked": held.head.sha}
    assert done["commit"] == held.head.sha
    root = laid_out(held, tmp_path)
    assert verify(root / "versions" / version) == verify(three[0])
    assert (root / "current").read_text() == (root / "history").read_text() == f"{version}\n"
    assert (root / "catalogue.csv.gz").stat().st_size > 100
    card = (root / "README.md").read_text(encoding="utf-8")
    assert version in card
    assert "KADR_BUNDLE=hf://datasets/me/first" in card
    told = json.loads((root / "versions" / version / "provenance.json").read_text(encoding="utf-8"))
    assert {"created", "config", "published"} <= told.keys()
    assert "hf_mine" not in done["told"] + json.dumps(told)


def test_nothing_changed_is_no_commit(calm: HubServer, worker: Worker, three: Three, tmp_path: Path) -> None:
    worker.ask("publish", "me/again", bundles=three[0])
    held = depot(calm, "me/again")
    before, asked = list(held.commits), len(calm.requests)
    again = worker.ask("publish", "me/again", bundles=three[0])
    assert [again["changed"], again["commit"]] == [False, held.head.sha]
    assert held.commits == before
    assert len(calm.requests) - asked < 20, "a repository that is as it should be is not downloaded"
    # Another build of the same films: other bytes of the database, the same version.
    manifest = json.loads((three[0] / "manifest.json").read_text(encoding="utf-8"))
    copied = tmp_path / three[0].name
    for path in (*manifest["files"], "manifest.json"):
        (copied / path).parent.mkdir(parents=True, exist_ok=True)
        (copied / path).write_bytes((three[0] / path).read_bytes())
    assert worker.ask("publish", "me/again", bundles=copied)["changed"] is False
    assert held.commits == before


def test_old_versions_go_and_the_way_back_is_one_commit(calm: HubServer, worker: Worker, three: Three) -> None:
    first, second, third = (each.name for each in three)
    done = [worker.ask("publish", "me/back", bundles=bundle, keep=1) for bundle in three][-1]
    held = depot(calm, "me/back")
    assert len(held.commits) == 4, "what goes, goes in the same commit"
    assert done["removed"] == [first]
    assert {path.split("/")[1] for path in held.head.files if path.startswith("versions/")} == {second, third}
    assert held.head.files["history"].decode().split() == [first, second, third]
    assert worker.ask("rollback", "me/back")["version"] == second
    assert held.head.files["current"].decode() == f"{second}\n"
    assert held.head.files["history"].decode().split() == [first, second]
    assert held.head.files["catalogue.csv.gz"] == held.commits[2].files["catalogue.csv.gz"], "the table goes back, too"
    assert held.tags["checked"] == held.head.sha
    assert worker.ask("rollback", "me/back")["raised"] == "BundleMissing"
    assert third in worker.ask("rollback", "me/back", to="f" * 16)["text"]
    assert len(held.commits) == 5


@pytest.mark.parametrize(
    "fault",
    [
        Late.status(500, "Internal Error"),
        Fault.drop_before(),
        Late.status(429, "Too Many Requests", {"Retry-After": "0"}),
    ],
    ids=["500 after it took effect", "the answer is lost", "429 after it took effect"],
)
def test_a_commit_whose_answer_is_lost_is_found(
    calm: HubServer, worker: Worker, three: Three, fault: Fault, request: pytest.FixtureRequest
) -> None:
    name = f"me/lost-{request.node.callspec.indices['fault']}"
    calm.misbehave(at("/commit/main", fault))
    done = worker.ask("publish", name, bundles=three[0])
    held = depot(calm, name)
    assert done["changed"] is True
    assert done["commit"] == held.head.sha
    assert len(held.commits) == 2, "one commit, though the client was told that it failed"
    assert held.tags == {"checked": held.head.sha}


def test_another_commit_in_between_is_kept(calm: HubServer, worker: Worker, three: Three) -> None:
    calm.repos["me/stale"] = held = Depot()

    def meddle(_: int, texts: tuple[str, ...]) -> None:
        if "/commit/main" in texts[0] and len(held.commits) == 1:
            held.commit({"notes.md": b"by hand"})

    calm.misbehave(meddle)
    done = worker.ask("publish", "me/stale", bundles=three[0])
    assert done["changed"] is True
    assert held.head.files["notes.md"] == b"by hand"
    assert held.head.files["current"].decode() == f"{three[0].name}\n"
    assert len(held.commits) == 3
    assert any(request.path.endswith("/commit/main") for request in calm.requests)


def test_the_limit_of_requests_is_waited_for(calm: HubServer, worker: Worker, three: Three) -> None:
    calm.misbehave(at("/revision/main", Fault.busy("0"), Fault.busy("0")))
    done = worker.ask("publish", "me/limited", bundles=three[0])
    assert done["changed"] is True
    assert done["told"].count("is busy (429)") == 2


def test_a_hub_that_falls_silent_is_not_waited_for(calm: HubServer, worker: Worker) -> None:
    calm.repos["me/silent"] = Depot()
    calm.misbehave(at("me/silent", Fault.never_answer()))
    silent = worker.ask("look", "me/silent", silence_s=0.2)
    assert (silent["raised"], "in time" in silent["text"]) == ("ServiceBusy", True)
    assert worker.ask("look", "me/silent", silence_s=5.0)["current"] == ""


def test_the_hubs_own_word_for_its_limit_is_heeded(calm: HubServer, worker: Worker) -> None:
    calm.repos["me/window"] = Depot()
    calm.misbehave(at("/revision/main", Fault.limited(71)))
    assert worker.ask("look", "me/window", silence_s=5.0)["wait"] == 71.0


def test_the_tag_never_goes_back_behind_what_another_published(calm: HubServer, worker: Worker, three: Three) -> None:
    worker.ask("publish", "me/both", bundles=three[0])
    held = depot(calm, "me/both")

    def meddle(_: int, texts: tuple[str, ...]) -> None:
        # While what arrived is checked, another publishes, checks and tags.
        if f"{three[1].name}/films.duckdb" in texts[0] and len(held.commits) == 3:
            held.commit({"current": b"0123456789abcdef\n"})
            held.tags["checked"] = held.head.sha

    calm.misbehave(meddle)
    done = worker.ask("publish", "me/both", bundles=three[1])
    assert done["changed"] is True
    assert len(held.commits) == 4
    assert held.tags == {"checked": held.head.sha}


def test_a_kill_between_the_two_steps_of_the_tag_is_mended(calm: HubServer, worker: Worker, three: Three) -> None:
    worker.ask("publish", "me/untagged", bundles=three[0])
    held = depot(calm, "me/untagged")
    held.tags.clear()
    assert worker.ask("publish", "me/untagged", bundles=three[0])["changed"] is False
    assert held.tags == {"checked": held.head.sha}


def test_no_path_of_a_repository_leads_out_of_the_folder(calm: HubServer, worker: Worker, tmp_path: Path) -> None:
    version = "0123456789abcdef"
    paths = ["manifest.json", "../../../escaped", ".hidden"]
    calm.repos["me/climbing"] = Depot(commits=[Snapshot("a" * 40, {f"versions/{version}/{p}": b"{}" for p in paths})])
    worker.ask("fetch", "me/climbing", version=version, under=tmp_path / "a" / "b")
    files = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()]
    assert files == [f"a/b/versions/{version}/manifest.json"]


def test_without_a_token_nothing_passes_for_a_first_publication(calm: HubServer, three: Three, tmp_path: Path) -> None:
    calm.repos["me/shut"] = Depot(private=True)
    bare = environment(calm.url, tmp_path)
    del bare["HF_TOKEN"]
    for repo in ("me/shut", "shut"):
        command = [sys.executable, "-m", "kadr", "gate", str(three[0]), "--against", f"hf://datasets/{repo}"]
        ended = subprocess.run(command, cwd=ROOT, env=bare, capture_output=True, text=True, timeout=60, check=False)
        assert ended.returncode != 0, ended.stdout
        assert "HF_TOKEN" in ended.stderr
        assert "once more in" not in ended.stderr, "waiting brings no token"


def test_half_a_download_does_not_pass(calm: HubServer, worker: Worker, three: Three) -> None:
    calm.misbehave(at("manifest.json", None, Fault.drop_mid_body()))
    done = worker.ask("publish", "me/half", bundles=three[0])
    held = depot(calm, "me/half")
    assert len(held.commits) == 2
    assert done["commit"] == held.tags["checked"]


def test_what_arrives_damaged_is_not_tagged(calm: HubServer, worker: Worker, three: Three) -> None:
    worker.ask("publish", "me/harmed", bundles=three[0])
    held = depot(calm, "me/harmed")
    good = dict(held.tags)

    def spoil(_: int, texts: tuple[str, ...]) -> None:
        if "/tree/" in texts[0] and len(held.commits) == 3:
            path = f"versions/{three[1].name}/films.usearch"
            size = len(held.head.files[path])
            files = {**held.head.files, path: bytes(size)}
            held.commits[-1] = type(held.head)(held.head.sha, files, held.head.large - {path})

    calm.misbehave(spoil)
    done = worker.ask("publish", "me/harmed", bundles=three[1])
    assert done["raised"] == "BundleDamaged"
    assert "films.usearch" in done["text"]
    assert held.tags == good, "who follows the tag keeps the version before"
    calm.misbehave(())
    mended = worker.ask("publish", "me/harmed", bundles=three[1])
    assert mended["changed"] is True
    assert held.tags == {"checked": held.head.sha}


def test_a_bundle_that_is_damaged_here_is_not_sent(
    calm: HubServer, worker: Worker, three: Three, tmp_path: Path
) -> None:
    copied = tmp_path / three[0].name
    for path in three[0].rglob("*"):
        if path.is_file():
            (copied / path.relative_to(three[0])).parent.mkdir(parents=True, exist_ok=True)
            (copied / path.relative_to(three[0])).write_bytes(path.read_bytes())
    (copied / "films.usearch").write_bytes(b"not a graph")
    done = worker.ask("publish", "me/never", bundles=copied)
    assert done["raised"] == "BundleDamaged"
    assert "me/never" not in calm.repos


def test_a_dry_run_writes_nothing(calm: HubServer, worker: Worker, three: Three) -> None:
    asked = len(calm.requests)
    done = worker.ask("preview", "me/dry", bundles=three[0])
    assert [done["changed"], done["where"], done["files"]] == [True, "datasets/me/dry", len(list(files_of(three[0])))]
    assert all(request.method in ("GET", "HEAD") for request in calm.requests[asked:])
    assert "me/dry" not in calm.repos


def files_of(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_the_owner_may_be_left_out(calm: HubServer, worker: Worker, three: Three) -> None:
    assert worker.ask("publish", "mine", bundles=three[0])["where"] == "datasets/viewer/mine"
    assert "viewer/mine" in calm.repos


def test_a_token_that_may_not_write_is_told_so(calm: HubServer, worker: Worker, three: Three) -> None:
    calm.misbehave(at("/api/repos/create", Fault.forbidden()))
    done = worker.ask("publish", "me/closed", bundles=three[0])
    assert done["raised"] == "ServiceRefused"
    assert "HF_TOKEN" in done["text"]
    assert "hf_mine" not in done["text"]


def test_killed_at_every_stage_it_is_still_one_commit(
    calm: HubServer, worker: Worker, three: Three, tmp_path: Path
) -> None:
    (tmp_path / "films.csv").write_text("title\nМаяк\n", encoding="utf-8")
    config = tmp_path / "catalogue.toml"
    source = '[[sources]]\nkind = "file"\nname = "a"\npath = "films.csv"\n'
    config.write_text(f'{source}[publish]\nkind = "hub"\nrepo = "me/killed"\n', encoding="utf-8")
    command = [sys.executable, "-m", "kadr", "publish", str(config), "--bundle", str(three[0])]
    for stage in ("/lfs/", "/commit/main", "/resolve/"):
        calm.misbehave(at(stage, Fault.never_answer()))
        before = len(calm.requests)
        with subprocess.Popen(
            command, cwd=ROOT, env=environment(calm.url, tmp_path), stderr=subprocess.PIPE
        ) as process:
            reached = threading.Event()
            while process.poll() is None and not any(stage in each.path for each in calm.requests[before:]):
                reached.wait(0.02)
            assert process.poll() is None, f"it ended before {stage}"
            reached.wait(0.1)  # the stand-in does what it was asked for before it falls silent
            process.kill()
    calm.misbehave(())
    done = worker.ask("publish", "me/killed", bundles=three[0])
    held = depot(calm, "me/killed")
    assert done["version"] == three[0].name
    assert [each.message for each in held.commits] == ["initial commit", f"Bundle {three[0].name}"]
    assert held.tags == {"checked": held.head.sha}
