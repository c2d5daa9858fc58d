"""Commands that say which version serves: go back to an earlier one, hold one fast, let it go."""

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from kadr.cli.options import place_settings, root_path
from kadr.errors import BundleError, ConfigError

if TYPE_CHECKING:
    from kadr.settings import Settings

__all__ = ["pin", "rollback", "unpin"]

_place_option = click.option(
    "--bundle",
    "place",
    help="The folder that holds bundles, or the address of a published place. [default: $KADR_BUNDLE, else bundles]",
)


@click.command()
@_place_option
@click.option("--to", "target", help="The version to go back to. [default: the one before the current]")
def rollback(*, place: str | None, target: str | None) -> None:
    """Make the bundle before the current one current again, in a folder or where it is published."""
    settings = place_settings(place)
    version = _back_there(settings, target) if settings.source else _back_here(settings, target)
    click.echo(f"bundle {version} is current")
    if held := _pinned(settings, version):
        click.echo(f"but {held} is pinned here, and serves until `kadr unpin`")


@click.command()
@_place_option
@click.argument("version")
def pin(*, place: str | None, version: str) -> None:
    """Let VERSION serve, whatever becomes current, until `kadr unpin`.

    It holds for the processes that read this folder, or this machine's copies of a published place.
    """
    from kadr.bundle import pin as hold

    settings = place_settings(place)
    if settings.source:
        from kadr.bundle.fetch import mirror_of

        mirror_of(settings.source, settings.bundle, os.environ).hold(version)
    else:
        hold(root_path(settings.bundle), version)
    click.echo(f"bundle {version} serves until `kadr unpin`")


@click.command()
@_place_option
def unpin(*, place: str | None) -> None:
    """Let the current bundle serve again."""
    from kadr.bundle import unpin as let_go

    was = let_go(root_path(place_settings(place).bundle))
    click.echo("the current bundle serves again" if was else "no bundle was pinned")


def _pinned(settings: "Settings", version: str) -> str:
    """Return the version that serves here in place of another, "" for none; what cannot be read pins nothing."""
    from kadr.bundle import pinned

    with suppress(BundleError):
        held = pinned(root_path(settings.bundle))
        return held if held != version else ""
    return ""


def _back_here(settings: "Settings", target: str | None) -> str:
    from kadr.bundle import rollback as go_back

    return go_back(root_path(settings.bundle), target)


def _back_there(settings: "Settings", target: str | None) -> str:
    """Go back where bundles are published: every server that follows the place does, too."""
    from kadr.config import PublishConfig
    from kadr.progress import reporter_for
    from kadr.publish import rollback as go_back
    from kadr.publish.target import aimed
    from kadr.settings import HUB_ADDRESS

    known = HUB_ADDRESS.fullmatch(settings.source)
    if known and known["revision"]:
        raise ConfigError(
            f"{settings.source}: names a revision, which does not move; name the repository without it: --bundle"
        )
    aim = aimed(PublishConfig(kind="folder", path=settings.bundle), settings.source)
    return go_back(aim, target, reporter_for(sys.stderr), os.environ)
