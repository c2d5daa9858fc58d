"""Publishing as releases on GitHub: a draft until all is there, then the latest."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from kadr.cli.gating import gate
from kadr.config import PublishConfig
from kadr.errors import BundleDamaged, BundleError, BundleMissing, ConfigError, ServiceRefused
from kadr.progress import Reporter
from kadr.publish import publish, rollback
from kadr.publish.github import GithubPlace
from tests.servers.faults import Fault
from tests.servers.github import GithubServer
from tests.servers.hub import Late, at

Three = tuple[Path, Path, Path]
CONFIG = PublishConfig("github", Path("unused"), 1)


@pytest.fixture
def github() -> Iterator[GithubServer]:
    with GithubServer() as server:
        yield server


def environ(server: GithubServer) -> dict[str, str]:
    return {"GITHUB_API_URL": server.url, "GITHUB_TOKEN": server.token, "GITHUB_REPOSITORY": "me/films"}


def test_a_release_is_the_latest_and_old_ones_go(github: GithubServer, three: Three, reporter: Reporter) -> None:
    first, second, third = (f"kadr-{each.name}" for each in three)
    for bundle in three:
        done = publish(bundle, CONFIG, reporter, environ(github))
    assert done.changed
    assert github.latest == third
    assert {each["tag_name"] for each in github.releases.values()} == {second, third} == github.tags
    assert done.removed == (three[0].name,)
    assert first not in github.tags
    assert not publish(three[2], CONFIG, reporter, environ(github)).changed
    assert rollback(CONFIG, None, reporter, environ(github)) == three[1].name
    assert github.latest == second
    with pytest.raises(BundleMissing):
        rollback(CONFIG, None, reporter, environ(github))


def test_a_lost_answer_and_a_broken_upload_make_no_second_release(
    github: GithubServer, three: Three, reporter: Reporter
) -> None:
    calls = iter([at("POST /repos/me/films/releases", Late.status(502, "Bad Gateway"), Fault.drop_before())])
    github.misbehave(next(calls))
    assert publish(three[0], CONFIG, reporter, environ(github)).changed
    assert [each["tag_name"] for each in github.releases.values()] == [f"kadr-{three[0].name}"]
    names = [asset["name"] for each in github.releases.values() for asset in each["assets"]]
    assert sorted(names) == ["bundle.zip", "catalogue.csv.gz", "current", "manifest.json", "provenance.json"]


def test_a_draft_that_was_left_over_is_not_taken_for_the_release(
    github: GithubServer, three: Three, reporter: Reporter
) -> None:
    publish(three[0], CONFIG, reporter, environ(github))
    draft = {"tag_name": f"kadr-{three[0].name}", "draft": True, "assets": [], "published_at": None, "id": 99}
    github.releases[99] = draft  # of two runs that began at once; GitHub refuses to publish it
    assert not publish(three[0], CONFIG, reporter, environ(github)).changed
    publish(three[1], CONFIG, reporter, environ(github))
    assert rollback(CONFIG, None, reporter, environ(github)) == three[0].name


def test_the_gate_finds_what_was_published_behind_a_release_of_another_kind(
    github: GithubServer, three: Three, reporter: Reporter
) -> None:
    publish(three[0], CONFIG, reporter, environ(github))
    github.releases[99] = {"tag_name": "v2.0", "draft": True, "assets": [], "published_at": None, "id": 99}
    github.publish(99)
    told = CliRunner().invoke(gate, [str(three[1]), "--against", "github:", "--json"], env=environ(github))
    assert told.exit_code == BundleError.exit_code, told.exception  # it has a film less
    assert json.loads(told.stdout)["published"] == three[0].name
    # What is asked for as the candidate must be what is served.
    alone = CliRunner().invoke(gate, ["github:", "--alone"], env=environ(github))
    assert isinstance(alone.exception, BundleMissing)


def test_an_archive_that_is_not_ours_is_not_unpacked(
    github: GithubServer, three: Three, reporter: Reporter, tmp_path: Path
) -> None:
    publish(three[0], CONFIG, reporter, environ(github))
    publish(three[1], CONFIG, reporter, environ(github))
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("manifest.json", bytes(1 << 24))
    (release,) = (each for each in github.releases.values() if each["tag_name"].endswith(three[0].name))
    (asset,) = (each for each in release["assets"] if each["name"] == "bundle.zip")
    github.contents[asset["id"]] = (tmp_path / "bomb.zip").read_bytes()
    with pytest.raises(BundleDamaged, match="cannot be unpacked"):
        GithubPlace("", environ(github)).fetch(three[0].name, tmp_path)
    assert not (tmp_path / three[0].name).exists()


def test_a_release_says_how_it_is_read(github: GithubServer, three: Three, reporter: Reporter) -> None:
    publish(three[0], CONFIG, reporter, environ(github))
    (release,) = github.releases.values()
    assert release["body"].startswith("# me/films\n")
    assert "unpack `bundle.zip`" in release["body"]
    assert "KADR_BUNDLE=" not in release["body"], "no server follows an archive"


def test_what_is_not_allowed_is_said_without_the_token(github: GithubServer, three: Three, reporter: Reporter) -> None:
    with pytest.raises(ServiceRefused) as caught:
        publish(three[0], CONFIG, reporter, environ(github) | {"GITHUB_TOKEN": "ghs_wrong"})
    assert "contents: write" in str(caught.value)
    assert "ghs_wrong" not in str(caught.value)
    with pytest.raises(ConfigError, match=r"publish\.repo"):
        publish(three[0], CONFIG, reporter, {})
