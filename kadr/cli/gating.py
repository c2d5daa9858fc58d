"""The command that stands before publishing."""

import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kadr.cli.making import add_to
from kadr.cli.options import DEFAULT_CONFIG, access, json_option, print_json
from kadr.errors import BundleError, BundleMissing, ConfigError

if TYPE_CHECKING:
    from kadr.config import PublishConfig

__all__ = ["gate"]


@click.command()
@click.argument("candidate")
@click.option(
    "--against",
    help="What is published: a bundle, hf://datasets/OWNER/NAME, github:OWNER/NAME, an address, a folder."
    " [default: where the config publishes to]",
)
@click.option("--alone", is_flag=True, help="Compare with nothing: what is published is looked at by itself.")
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    default=DEFAULT_CONFIG,
    show_default=True,
    help="The catalogue file; its [gate] says how much worse a bundle may be.",
)
@click.option(
    "--summary",
    type=click.Path(path_type=Path),
    envvar="GITHUB_STEP_SUMMARY",
    help="Add the findings to this Markdown file. [default: $GITHUB_STEP_SUMMARY]",
)
@json_option
def gate(
    *, candidate: str, against: str | None, alone: bool, config: Path, summary: Path | None, as_json: bool
) -> None:
    """Hold a bundle against the published one, and refuse it (exit code 3) where it is worse.

    Counted are its films, their fields, those found by their titles, its facets, the ratings it learned from, the time
    of a search and its size; and judged queries are asked of both. Where nothing is published the bundle must speak for
    itself; what a folder publishes already is held against the one before it. CANDIDATE is a bundle, a folder of
    bundles, or a place as --against takes it.
    """
    from kadr.config import load_config
    from kadr.evaluate.gate import gate as hold
    from kadr.evaluate.gate_shown import to_lines, to_markdown
    from kadr.publish.target import aimed

    if alone and against:
        raise ConfigError("--alone: compares with nothing, and --against names something; leave one out")
    loaded = load_config(config)
    with _aside() as aside:
        place = aimed(loaded.publish, candidate)
        here = place.path if place.kind == "folder" else _fetched(place, aside / "candidate")
        if here is None:
            raise BundleMissing(f"{candidate}: nothing is published there; run `kadr publish`")
        there = None if alone else _published(here, against, loaded.publish, aside / "published")
        verdict = hold(here, there, loaded.gate, access())
    if summary:
        add_to(summary, to_markdown(verdict))
    if as_json:
        print_json(verdict.to_json())
    else:
        click.echo(to_lines(verdict))
    if not verdict.passed:
        raise click.exceptions.Exit(BundleError.exit_code)  # main() gets it as the value of the call


@contextmanager
def _aside() -> Iterator[Path]:
    """Give a folder that is gone afterwards, also where the process is told to end (SIGTERM), as jobs are."""

    def end(number: int, _frame: object) -> None:
        sys.exit(128 + number)  # what a shell says of a process that a signal ended

    before = signal.signal(signal.SIGTERM, end)
    try:
        with tempfile.TemporaryDirectory(prefix="kadr-gate-") as folder:
            yield Path(folder)
    finally:
        signal.signal(signal.SIGTERM, before)


def _published(candidate: Path, against: str | None, usual: "PublishConfig", aside: Path) -> Path | None:
    """Return what is published, fetched to a folder where it is elsewhere; None where nothing is.

    Raises:
        ConfigError: the folder that was named is none: what is misspelt must not pass for a first publication.
    """
    from kadr.publish.target import aimed

    aim = aimed(usual, against) if against else usual
    if aim.kind != "folder":
        return _fetched(aim, aside, or_before=True)
    if against and not aim.path.is_dir():
        raise ConfigError(f"--against: {against}: there is no such folder; name a bundle or a folder of bundles")
    return _in_folder(candidate, aim.path)


def _fetched(aim: "PublishConfig", aside: Path, *, or_before: bool = False) -> Path | None:
    """Download what is current at a place to a folder, and return the bundle; None where nothing is published.

    Where the pointer was lost, or GitHub calls another release than ours the latest, `or_before` takes what was current
    last: a bundle is not let through because the one to hold it against is hard to find.
    """
    from kadr.bundle.trail import before
    from kadr.progress import reporter_for
    from kadr.publish.job import place_of
    from kadr.publish.place import patiently

    place, reporter = place_of(aim, os.environ), reporter_for(sys.stderr)
    standing = patiently(place.look, reporter)
    version = standing.current or (before((*standing.trail, ""), standing.versions) if or_before else "")
    return patiently(partial(place.fetch, version, aside), reporter) if version else None


def _in_folder(candidate: Path, folder: Path) -> Path | None:
    """Return the bundle that a folder is, or its current one; where that is the candidate, the one before it.

    Where there is none before it: None if the candidate stands in that folder, since a build makes its bundle current
    before anybody looks at it; else that bundle itself, which was published there.
    """
    from kadr.bundle import current, resolve
    from kadr.bundle.manifest import MANIFEST
    from kadr.bundle.trail import before
    from kadr.publish.folder import look_at
    from kadr.publish.parcel import CURRENT

    if (folder / MANIFEST).exists():
        return folder
    if not (folder / CURRENT).exists():
        return None
    now = current(folder)
    mine = resolve(candidate)
    if now.name != mine.name:
        return now
    standing = look_at(folder)
    version = before(standing.trail, standing.versions)
    if version:
        return folder / version
    return None if mine.parent.resolve() == folder.resolve() else now
