"""Releases of a repository on GitHub: one a version, of which GitHub itself calls one the latest.

A release is a draft, seen by nobody, until all its files are there and were read again; publishing it makes it the
latest in the same step. The bundle travels as one archive, because GitHub lets few files be added in a minute, and
their names hold no folders. So no server follows releases by itself: they keep versions, and `kadr rollback` goes back.
"""

import hashlib
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from kadr.bundle import is_version
from kadr.bundle.trail import trail_of
from kadr.errors import BundleDamaged, BundleMissing, ConfigError
from kadr.progress import Reporter
from kadr.publish.card import notes
from kadr.publish.github_api import GithubApi
from kadr.publish.parcel import CURRENT, Content, Parcel, arrived
from kadr.publish.place import Planned, patiently
from kadr.publish.plan import Plan, Published, Standing

__all__ = ["ARCHIVE", "GithubPlace"]

ARCHIVE = "bundle.zip"
"""The files of a version with their paths, not packed any smaller: arrays hardly shrink."""
PREFIX = "kadr-"
"""Tags of our releases begin with it; others of the repository are left alone."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The oldest time that a zip can hold: equal files give equal archives."""


class GithubPlace:
    """The releases of one repository.

    Args:
        repo: `owner/name`; empty for the one whose workflow runs.
        environ: the process's environment, in which GitHub tells the address of its API and the token.
    """

    def __init__(self, repo: str, environ: Mapping[str, str]) -> None:
        name = repo or environ.get("GITHUB_REPOSITORY", "")
        if name.count("/") != 1:
            raise ConfigError("publish.repo: must be a repository on GitHub, as owner/name")
        self._name = name
        self._commit = environ.get("GITHUB_SHA", "")
        self._api = GithubApi(name, environ)
        self.where = f"github {name}"

    def look(self) -> Standing:
        """Return the published releases that are ours, and which of them is the latest."""
        return _standing(self._api.releases(), self._api.latest())

    def fetch(self, version: str, under: Path) -> Path:
        """Download a version; see `Place.fetch`.

        Raises:
            BundleMissing: it has no release.
            BundleDamaged: its archive cannot be unpacked.
            ServiceError: GitHub does not give it.
        """
        release = _release_of(version, self._api.releases())
        if release is None:
            raise BundleMissing(f"{self.where}: has no version {version[:40]!r}")
        return self._fetched(release, version, under)

    def publish(self, parcel: Parcel, planned: Planned, reporter: Reporter) -> Published:
        """Bring a parcel there as the latest release; see `Place.publish`.

        Raises:
            BundleDamaged: what arrived is not what was sent; the release stays a draft.
            ServiceError: GitHub does not do what it was asked for.
        """
        before = patiently(self.look, reporter).current
        tried: list[Plan] = []
        with _archived(parcel) as files:
            patiently(lambda: self._once(parcel, files, planned, reporter, tried), reporter)
        return Published(
            version=parcel.version,
            where=self.where,
            changed=bool(tried),
            before=before,
            files=len(parcel.files()),
            size_bytes=parcel.size_bytes,
            removed=tried[-1].removed if tried else (),
        )

    def _once(
        self, parcel: Parcel, files: Mapping[str, Content], planned: Planned, reporter: Reporter, tried: list[Plan]
    ) -> None:
        releases = self._api.releases()
        standing = _standing(releases, self._api.latest())
        plan = planned(standing)
        release = _release_of(parcel.version, releases)
        public = release is not None and not release["draft"]
        if standing.current == parcel.version and public and not plan.removed:
            return
        tried.append(plan)
        if release is None:
            body = notes(parcel.manifest, self._name, ARCHIVE)
            release = self._api.create(PREFIX + parcel.version, f"Bundle {parcel.version}", body, self._commit)
        if not public:
            self._upload(release, files, reporter)
        with reporter.step("check what arrived"):
            drafted = release
            arrived(parcel, lambda under: self._fetched(drafted, parcel.version, under))
        self._api.publish(release["id"])
        for each in releases:
            if _version_of(each) in plan.removed:
                self._api.delete(each["id"], each["tag_name"])

    def _upload(self, release: Mapping[str, Any], files: Mapping[str, Content], reporter: Reporter) -> None:
        """Add the files that a draft lacks; what an interruption left half is removed first."""
        there = {asset["name"]: asset for asset in self._api.assets(release["id"])}
        with reporter.step("upload", len(files)) as advance:
            for done, (name, content) in enumerate(files.items(), start=1):
                asset = there.get(name)
                if asset is not None and not _same(asset, content):
                    self._api.delete_asset(asset["id"])
                if asset is None or not _same(asset, content):
                    self._api.upload(release, name, content)
                advance(done, len(files), name)

    def _fetched(self, release: Mapping[str, Any], version: str, under: Path) -> Path:
        asset = next((each for each in self._api.assets(release["id"]) if each["name"] == ARCHIVE), None)
        if asset is None:
            raise BundleMissing(f"{self.where}: the release of {version} has no {ARCHIVE}")
        archive, folder = under / ARCHIVE, under / version
        under.mkdir(parents=True, exist_ok=True)
        self._api.download(asset["id"], archive)
        try:
            _unpack(archive, folder)
        except (zipfile.BadZipFile, OSError, ValueError) as error:
            raise BundleDamaged(f"{self.where}: {ARCHIVE} of {version} cannot be unpacked; publish again") from error
        return folder


def _standing(releases: list[dict[str, Any]], latest: str) -> Standing:
    public = sorted((each for each in releases if not each["draft"]), key=lambda each: str(each["published_at"]))
    versions = [version for each in public if (version := _version_of(each))]
    now = latest.removeprefix(PREFIX) if latest.startswith(PREFIX) else ""
    return Standing(now, trail_of(now, versions), frozenset(versions))


def _release_of(version: str, releases: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the release of a version, None where there is none; a draft of a tag that is public was left over."""
    found = [each for each in releases if _version_of(each) == version]
    return min(found, key=lambda each: bool(each["draft"]), default=None)


def _version_of(release: Mapping[str, Any]) -> str:
    """Return the version that a release is of, "" where it is none of ours."""
    tag = str(release["tag_name"])
    version = tag.removeprefix(PREFIX)
    return version if tag.startswith(PREFIX) and is_version(version) else ""


def _unpack(archive: Path, folder: Path) -> None:
    with closing(zipfile.ZipFile(archive)) as packed:
        if any(each.compress_type != zipfile.ZIP_STORED or each.flag_bits & 1 for each in packed.infolist()):
            raise zipfile.BadZipFile  # not of our making, and a few bytes could unpack to a full disk
        packed.extractall(folder)  # it leaves no path outside, and `verify` refuses what is no part


@contextmanager
def _archived(parcel: Parcel) -> Iterator[dict[str, Content]]:
    """Give the files of a release by their names; the archive is gone at the end of the context."""
    with tempfile.TemporaryDirectory(prefix="kadr-release-") as aside:
        archive = Path(aside, ARCHIVE)
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as packed:
            for path, content in parcel.files().items():
                data = content if isinstance(content, bytes) else content.read_bytes()
                packed.writestr(zipfile.ZipInfo(path, _EPOCH), data)
        yield {
            ARCHIVE: archive,
            "manifest.json": parcel.folder / "manifest.json",
            "provenance.json": parcel.provenance.encode(),
            parcel.catalogue.name: parcel.catalogue,
            CURRENT: f"{parcel.version}\n".encode(),
        }


def _same(asset: Mapping[str, Any], content: Content) -> bool:
    """Tell whether an asset of a draft is whole and what would be sent; GitHub tells its hash since 2025."""
    data = content if isinstance(content, bytes) else content.read_bytes()
    ours = f"sha256:{hashlib.sha256(data).hexdigest()}"
    return asset.get("state") == "uploaded" and asset["size"] == len(data) and asset.get("digest") == ours
