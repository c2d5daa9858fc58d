"""Commands that make something: a bundle, or a harvest of films, and what changed between two catalogues."""

import os
import sys
from pathlib import Path

import click

from kadr.cli.options import (
    EXIT_MISTAKE,
    access,
    bundle_path,
    config_argument,
    json_option,
    loss_option,
    names_of,
    offline_option,
    print_json,
    sources_option,
)
from kadr.errors import ConfigError

__all__ = ["add_to", "build", "collect", "diff"]


@click.command()
@config_argument
@click.option("--out", type=click.Path(path_type=Path), help="Folder of bundles. [default: publish.path of the config]")
@click.option("--limit", type=click.IntRange(min=1), help="Read at most this many rows of each source.")
@click.option("--encoder", help="Encoder to use instead of the config's.")
@sources_option
@offline_option
@loss_option
@click.option(
    "--summary",
    type=click.Path(path_type=Path),
    envvar="GITHUB_STEP_SUMMARY",
    help="Add what changed to this Markdown file. [default: $GITHUB_STEP_SUMMARY]",
)
@click.option(
    "--dry-run", is_flag=True, help="Say what would be built, and what a hosted encoder would be asked; stop."
)
@json_option
def build(  # noqa: PLR0913  # one parameter an option
    *,
    config: Path,
    out: Path | None,
    limit: int | None,
    encoder: str | None,
    sources: str | None,
    offline: bool,
    accept_loss: bool,
    summary: Path | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Build a bundle from a catalogue file and make it current."""
    from kadr.build import build as run
    from kadr.build import dry_run as rehearse
    from kadr.config import load_config, with_encoder
    from kadr.harvesting import Extent
    from kadr.progress import reporter_for

    loaded = load_config(config)
    if encoder is not None:
        loaded = with_encoder(loaded, encoder)
    extent = Extent(limit, names_of(sources), offline, accept_loss)
    if dry_run:
        would = rehearse(loaded, reporter_for(sys.stderr), extent, access())
        if as_json:
            print_json(would.to_json())
        else:
            click.echo(would.to_text())
        return
    report = run(loaded, out or loaded.publish.path, reporter_for(sys.stderr), extent, access())
    if summary:
        add_to(summary, report.to_markdown())
    if as_json:
        print_json(report.to_json())
    else:
        click.echo(report.to_text())


@click.command()
@config_argument
@click.option("--check", "place", help="Show what would be read from this page, an address or a saved file; stop.")
@click.option("--out", type=click.Path(path_type=Path), help="Write the films: .csv, .jsonl (each also .gz), .parquet.")
@click.option("--limit", type=click.IntRange(min=1), help="Read at most this many rows or pages of each source.")
@sources_option
@offline_option
@loss_option
@json_option
def collect(  # noqa: PLR0913  # one parameter an option
    *,
    config: Path,
    place: str | None,
    out: Path | None,
    limit: int | None,
    sources: str | None,
    offline: bool,
    accept_loss: bool,
    as_json: bool,
) -> None:
    """Read the sources of a catalogue file and say what came of it; no bundle is built."""
    from kadr.catalogue.export import check_target
    from kadr.catalogue.export import export as write
    from kadr.collect.harvest import write_rejects
    from kadr.config import load_config
    from kadr.harvesting import Extent, check_place, gather
    from kadr.progress import reporter_for

    if place is not None:
        checked = check_place(config, place, offline=offline)
        if as_json:
            print_json(checked.to_json())
        else:
            click.echo(checked.to_text())
        if checked.film is None:
            raise click.exceptions.Exit(EXIT_MISTAKE)  # main() gets it as the value of the call
        return
    loaded, extent = load_config(config), Extent(limit, names_of(sources), offline, accept_loss)
    if out is not None:
        check_target(out)  # before hours of reading
    gathered = gather(loaded, reporter_for(sys.stderr), extent, os.environ)
    rejects = loaded.collect.folder / "rejects.jsonl"
    write_rejects(rejects, gathered.harvests)
    if out is not None:
        write(gathered.films, out)
    if as_json:
        print_json(gathered.counts.to_json())
    else:
        click.echo(gathered.counts.to_text())
        if rejects.exists():
            click.echo(f"refused rows and pages: {rejects}")
    gathered.whole()


@click.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@json_option
def diff(*, old: Path, new: Path, as_json: bool) -> None:
    """Tell which films are new, changed or gone between two catalogues: bundles, versions, or files of films."""
    from kadr.catalogue.diff import diff as compare
    from kadr.harvesting import films_at

    root = bundle_path(None)
    found = compare(films_at(old, root), films_at(new, root))
    if as_json:
        print_json(found.to_json())
    else:
        click.echo(found.to_text())


def add_to(path: Path, text: str) -> None:
    """Add a text to a file, such as the summary of a run."""
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(text + "\n")
    except OSError as error:
        raise ConfigError(f"--summary: {path}: cannot be written ({error.strerror})") from error
