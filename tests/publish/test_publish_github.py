"""Publishing as releases on GitHub: a draft until all is there, then the latest."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kadr.config import PublishConfig
from kadr.errors import BundleMissing, ConfigError, ServiceRefused
from kadr.progress import Reporter
from kadr.publish import publish, rollback
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


def test_what_is_not_allowed_is_said_without_the_token(github: GithubServer, three: Three, reporter: Reporter) -> None:
    with pytest.raises(ServiceRefused) as caught:
        publish(three[0], CONFIG, reporter, environ(github) | {"GITHUB_TOKEN": "ghs_wrong"})
    assert "contents: write" in str(caught.value)
    assert "ghs_wrong" not in str(caught.value)
    with pytest.raises(ConfigError, match=r"publish\.repo"):
        publish(three[0], CONFIG, reporter, {})
