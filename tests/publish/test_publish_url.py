"""Publishing to a store: the version first, the pointer last, and nothing believed that was not read again."""

import errno
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import fsspec  # type: ignore[import-untyped]  # it ships no types
import pytest
from fsspec.core import url_to_fs  # type: ignore[import-untyped]  # the same
from fsspec.implementations.memory import MemoryFile, MemoryFileSystem  # type: ignore[import-untyped]  # the same

from kadr.bundle import verify
from kadr.config import PublishConfig
from kadr.errors import BundleDamaged, ConfigError, ServiceBusy
from kadr.progress import Reporter
from kadr.publish import preview, publish, rollback
from kadr.publish.parcel import packed
from kadr.publish.plan import plan_for
from kadr.publish.target import aimed
from kadr.publish.url import UrlPlace

Three = tuple[Path, Path, Path]


def config(url: str, keep: int = 1) -> PublishConfig:
    return PublishConfig("url", Path("unused"), keep, url=url)


@pytest.mark.parametrize("kind", ["memory", "file"])
def test_three_versions_and_back(three: Three, reporter: Reporter, tmp_path: Path, kind: str) -> None:
    aim = config("memory://three/films" if kind == "memory" else f"file://{tmp_path}/site")
    assert preview(three[0], aim, reporter, {}).changed
    for bundle in three:
        done = publish(bundle, aim, reporter, {})
    assert (done.changed, done.removed) == (True, (three[0].name,))
    assert not publish(three[2], aim, reporter, {}).changed
    files = fsspec.filesystem(kind)
    root = "/three/films" if kind == "memory" else f"{tmp_path}/site"
    assert files.cat_file(f"{root}/current") == f"{three[2].name}\n".encode()
    files.get(f"{root}/versions/{three[1].name}/", str(tmp_path / three[1].name), recursive=True)
    assert verify(tmp_path / three[1].name) == verify(three[1])
    assert rollback(aim, None, reporter, {}) == three[1].name
    assert files.cat_file(f"{root}/current") == f"{three[1].name}\n".encode()
    assert not files.exists(f"{root}/versions/{three[0].name}")


def test_what_an_interruption_left_is_written_anew(three: Three, reporter: Reporter, tmp_path: Path) -> None:
    site = tmp_path / "site"
    left = site / "versions" / three[0].name
    left.mkdir(parents=True)
    (left / "films.usearch").write_bytes(b"half")
    (left / "stray.npy").write_bytes(b"of another build")
    assert publish(three[0], config(f"file://{site}"), reporter, {}).changed
    assert verify(left) == verify(three[0])


class Rotten(MemoryFileSystem):  # type: ignore[misc]  # it ships no types
    """A store that harms one large file on its way, whenever it is written."""

    protocol = "rotten"
    store: ClassVar[dict[str, Any]] = {}
    pseudo_dirs: ClassVar[list[str]] = [""]
    harms = False

    def put_file(self, lpath: str, rpath: str, *_: Any, **__: Any) -> None:
        content = Path(lpath).read_bytes()
        harmed = bytes(len(content)) if self.harms and rpath.endswith("films.usearch") else content
        self.pipe_file(rpath, harmed)


def test_the_pointer_stays_where_what_arrives_is_damaged(three: Three, reporter: Reporter) -> None:
    fsspec.register_implementation("rotten", Rotten, clobber=True)
    aim = config("rotten://films")
    publish(three[0], aim, reporter, {})
    Rotten.harms = True
    with pytest.raises(BundleDamaged):
        publish(three[1], aim, reporter, {})
    store, root = url_to_fs(aim.url)
    pointer = f"{root}/current"
    assert store.cat_file(pointer) == f"{three[0].name}\n".encode()
    Rotten.harms = False
    assert publish(three[1], aim, reporter, {}).changed
    assert store.cat_file(pointer) == f"{three[1].name}\n".encode()


def test_what_seems_to_be_there_is_read_all_the_same(three: Three, reporter: Reporter, tmp_path: Path) -> None:
    site = tmp_path / "site"
    aim = config(f"file://{site}")
    publish(three[0], aim, reporter, {})
    there = site / "versions" / three[1].name
    there.mkdir()
    for path, entry in verify(three[1]).files.items():
        (there / path).parent.mkdir(parents=True, exist_ok=True)
        (there / path).write_bytes(bytes(entry.size))
    (there / "manifest.json").write_bytes((three[1] / "manifest.json").read_bytes())
    assert publish(three[1], aim, reporter, {}).changed
    assert verify(there) == verify(three[1])
    assert (site / "current").read_text() == f"{three[1].name}\n"


class Crowded(MemoryFileSystem):  # type: ignore[misc]  # it ships no types
    """A store in which something else happens, too: `meanwhile` is done once, before a file of that name is written."""

    protocol = "crowded"
    store: ClassVar[dict[str, Any]] = {}
    pseudo_dirs: ClassVar[list[str]] = [""]
    meanwhile: ClassVar[dict[str, Callable[[], object]]] = {}

    def pipe_file(self, path: str, value: bytes, **kwargs: Any) -> None:
        self.meanwhile.pop(path.rpartition("/")[2], lambda: None)()
        super().pipe_file(path, value, **kwargs)

    def cat_file(self, path: str, *args: Any, **kwargs: Any) -> bytes:
        if "unreadable" in path:
            raise OSError(errno.EIO, "GET https://films.example/?X-Amz-Signature=s3cret")
        return bytes(super().cat_file(path, *args, **kwargs))


@pytest.fixture
def crowded() -> str:
    fsspec.register_implementation("crowded", Crowded, clobber=True)
    Crowded.store.clear()
    Crowded.pseudo_dirs[:] = [""]
    Crowded.meanwhile.clear()
    return "crowded://films"


def test_what_another_publisher_took_for_a_leftover_is_sent_again(
    three: Three, reporter: Reporter, crowded: str
) -> None:
    aim = config(crowded)
    publish(three[0], aim, reporter, {})
    Crowded.meanwhile["history"] = lambda: publish(three[2], aim, reporter, {})  # it removes what was never current
    publish(three[1], aim, reporter, {})
    store, root = url_to_fs(crowded)
    assert store.cat_file(f"{root}/current") == f"{three[1].name}\n".encode()
    assert store.exists(f"{root}/versions/{three[1].name}/films.usearch"), "the pointer names what is not there"


def test_what_another_did_during_the_upload_counts(three: Three, reporter: Reporter, crowded: str) -> None:
    aim = config(crowded, keep=3)
    for bundle in three[:2]:
        publish(bundle, aim, reporter, {})
    Crowded.meanwhile["provenance.json"] = lambda: rollback(aim, None, reporter, {})
    publish(three[2], aim, reporter, {})
    store, root = url_to_fs(crowded)
    assert store.cat_file(f"{root}/history").decode().split() == [three[0].name, three[2].name]


def test_nothing_is_removed_once_another_moved_the_pointer(three: Three, crowded: str) -> None:
    store, root = url_to_fs(crowded)
    with packed(three[0], {}) as parcel:
        for path, content in parcel.files().items():
            held = content if isinstance(content, bytes) else content.read_bytes()
            store.pipe_file(f"{root}/versions/{parcel.version}/{path}", held)
    before = UrlPlace(crowded).look()
    store.pipe_file(f"{root}/current", f"{three[0].name}\n".encode())
    UrlPlace(crowded)._remove(plan_for(before, three[1].name, 1))  # the moment between two requests
    assert store.exists(f"{root}/versions/{three[0].name}/manifest.json")


def test_no_path_of_a_listing_leads_out_of_the_folder(crowded: str, tmp_path: Path) -> None:
    version = "0123456789abcdef"
    store, root = url_to_fs(crowded)
    inside = [f"{root}/versions/{version}/{path}" for path in ("manifest.json", "../../../escaped", "a//b", ".hidden")]
    for path in inside:
        store.store[path] = MemoryFile(store, path, b"{}")
    under = tmp_path / "a" / "b"
    UrlPlace(crowded).fetch(version, under)
    files = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()]
    assert files == [f"a/b/versions/{version}/manifest.json"]


def test_what_a_store_says_of_its_own_is_not_repeated(crowded: str) -> None:
    with pytest.raises(ServiceBusy, match="Input/output error") as caught:
        UrlPlace(f"{crowded}/unreadable").look()
    assert "s3cret" not in str(caught.value)


def test_an_address_that_cannot_be_is_said(three: Three, reporter: Reporter) -> None:
    for url, what in (("https://host.example/films", "over http"), ("nosuch://bucket/films", "publish.url")):
        with pytest.raises(ConfigError, match=what):
            publish(three[0], config(url), reporter, {})


def test_a_folder_takes_a_copy_and_keeps_its_own_rule(three: Three, reporter: Reporter, tmp_path: Path) -> None:
    root = tmp_path / "served"
    aim = PublishConfig("folder", root, 3)
    assert preview(three[0], aim, reporter, {}).changed
    assert not root.exists()
    assert publish(three[0], aim, reporter, {}).changed
    assert not publish(three[0], aim, reporter, {}).changed
    assert publish(three[1], aim, reporter, {}).before == three[0].name
    assert verify(root / three[1].name) == verify(three[1])
    assert preview(three[2], aim, reporter, {}).removed == (), "three may stay, and there are two"
    assert rollback(aim, None, reporter, {}) == three[0].name
    assert (root / "current").read_text() == f"{three[0].name}\n"


def test_the_provenance_names_the_run_and_nothing_secret(three: Three) -> None:
    run = {
        "GITHUB_SHA": "a" * 40,
        "GITHUB_RUN_ID": "77",
        "GITHUB_REPOSITORY": "me/films",
        "GITHUB_SERVER_URL": "https://me:ghs_secret@github.com",
        "GITHUB_TOKEN": "ghs_secret",
        "HF_TOKEN": "hf_secret",
    }
    with packed(three[0], run) as parcel:
        text = parcel.provenance
        assert len(parcel.titles) == 3
        assert parcel.catalogue.exists()
    told: dict[str, Any] = json.loads(text)["published"]
    assert told["run"]["commit"] == "a" * 40
    assert told["run"]["url"] == "https://github.com/me/films/actions/runs/77"
    assert {"kadr", "numpy", "huggingface_hub"} <= {name.replace("-", "_") for name in told["packages"]}
    assert "secret" not in text


def test_a_place_in_one_word() -> None:
    base = PublishConfig("folder", Path("bundles"), 5)
    hub = aimed(base, "hf://datasets/me/films")
    assert (hub.kind, hub.repo, hub.keep) == ("hub", "me/films", 5)
    assert (aimed(base, "github:me/films").kind, aimed(base, "github:").repo) == ("github", "")
    assert aimed(base, "s3://bucket/films").url == "s3://bucket/films"
    assert aimed(base, "there").path == Path("there").resolve()
