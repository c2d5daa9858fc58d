"""Publishing: the bundle that is current here goes to the place that the configuration names. And the way back."""

import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from kadr.bundle import rollback as folder_rollback
from kadr.bundle.trail import before
from kadr.config import PublishConfig
from kadr.errors import BundleMissing, ConfigError
from kadr.progress import Reporter
from kadr.publish.folder import into_folder, look_at
from kadr.publish.github import GithubPlace
from kadr.publish.hub import HubPlace
from kadr.publish.parcel import packed
from kadr.publish.place import Place, patiently
from kadr.publish.plan import Published, Standing, plan_back, plan_for
from kadr.publish.url import UrlPlace

__all__ = ["place_of", "preview", "publish", "rollback"]


def publish(bundles: Path, config: PublishConfig, reporter: Reporter, environ: Mapping[str, str]) -> Published:
    """Publish a bundle, or the current one of a root, and return what came of it.

    It may be broken off at any moment and run again: what arrived is found, and the same version is published once.

    Args:
        bundles: a bundle, or the folder that holds bundles.
        config: where to, and how many versions stay.
        reporter: where progress is told.
        environ: the process's environment: provenance, and the tokens of GitHub. Other places find theirs themselves.

    Raises:
        ConfigError: the place cannot be as it is named.
        BundleError: the bundle is refused, here or after it arrived; what was current at the place stays so.
        ServiceError: the place does not do what it was asked for.
    """
    with ExitStack() as stack:
        with reporter.step("check the bundle"):
            parcel = stack.enter_context(packed(bundles, environ))
        if config.kind == "folder":
            return into_folder(parcel, config.path, config.keep)
        planned = partial(plan_for, version=parcel.version, keep=config.keep)
        return place_of(config, environ).publish(parcel, planned, reporter)


def preview(bundles: Path, config: PublishConfig, reporter: Reporter, environ: Mapping[str, str]) -> Published:
    """Return what `publish` would do; nothing is written. Raises as it does."""
    with packed(bundles, environ) as parcel:
        if config.kind == "folder":
            where, standing = str(config.path), look_at(config.path)
        else:
            place = place_of(config, environ)
            where, standing = place.where, patiently(place.look, reporter)
        plan = plan_for(standing, parcel.version, config.keep)
        return Published(
            version=parcel.version,
            where=where,
            changed=standing.current != parcel.version or parcel.version not in standing.versions,
            before=standing.current,
            files=len(parcel.files()),
            size_bytes=parcel.size_bytes,
            removed=plan.removed,
        )


def rollback(config: PublishConfig, to: str | None, reporter: Reporter, environ: Mapping[str, str]) -> str:
    """Make an earlier version of a published place current again, after verifying it, and return its name.

    Without `to` it is the one that was current before the present one. The table and the card go back with it.

    Raises:
        BundleMissing: there is no such version; nothing changes.
        BundleError: that version is refused; nothing changes.
        ServiceError: the place does not do what it was asked for.
    """
    if config.kind == "folder":
        return folder_rollback(config.path, to)
    place = place_of(config, environ)
    standing = patiently(place.look, reporter)
    version = to or before(standing.trail, standing.versions)
    _check_there(place, standing, version)
    with tempfile.TemporaryDirectory(prefix="kadr-rollback-") as aside:
        with reporter.step("fetch"):
            folder = patiently(partial(place.fetch, version, Path(aside)), reporter)
        with packed(folder, environ) as parcel:
            place.publish(parcel, partial(plan_back, version=version), reporter)
    return version


def _check_there(place: Place, standing: Standing, version: str) -> None:
    if not version:
        raise BundleMissing(f"{place.where}: no version was published before the current one")
    if version not in standing.versions:
        known = ", ".join(sorted(standing.versions)) or "none"
        raise BundleMissing(f"{place.where}: has no version {version[:40]!r}; there are: {known}")


def place_of(config: PublishConfig, environ: Mapping[str, str]) -> Place:
    """Return the place that a configuration publishes to; nothing is asked of it yet.

    Raises:
        ConfigError: it is a folder of this machine, which the build itself fills, or its name has a wrong form.
    """
    if config.kind == "hub":
        return HubPlace(config.repo, private=config.private)
    if config.kind == "github":
        return GithubPlace(config.repo, environ)
    if config.kind == "url":
        return UrlPlace(config.url)
    raise ConfigError(f"publish.kind: {config.kind!r} has no place")
