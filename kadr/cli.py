"""The command line. Thin: each command calls one function of the library and prints what it gave.

Exit codes: 0 done; 1 a fault of the program; 2 a mistake in what was asked (file, option, setting); 3 a bundle was
refused; 4 hosted inference did not give what a build needs, what it gave is kept; 130 stopped by Ctrl-C.
"""

import json
import os
import re
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kadr import __version__
from kadr.errors import ConfigError, KadrError
from kadr.evaluate import HELP as EVALUATE_HELP

if TYPE_CHECKING:
    from kadr.engine import Access

__all__ = ["main"]

EXIT_FAULT = 1
EXIT_MISTAKE = 2
EXIT_STOPPED = 130
DEFAULT_CONFIG = Path("data/catalogue.toml")

bundle_option = click.option(
    "--bundle",
    type=click.Path(path_type=Path),
    help="A bundle, or the folder that holds bundles. [default: $KADR_BUNDLE, else bundles]",
)
loss_option = click.option(
    "--accept-loss", is_flag=True, help="Go on though less than half of the films of the last run are left."
)
offline_option = click.option("--offline", is_flag=True, help="Read only pages that were fetched before.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, epilog=__doc__.split("\n\n")[1])
@click.version_option(__version__, prog_name="kadr")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def cli(*, debug: bool) -> None:
    """Build, ask and look after film search bundles."""
    del debug  # main() reads it, wherever on the line it stands


@cli.command()
@click.argument("config", type=click.Path(path_type=Path), default=DEFAULT_CONFIG)
@click.option("--out", type=click.Path(path_type=Path), help="Folder of bundles. [default: publish.path of the config]")
@click.option("--limit", type=click.IntRange(min=1), help="Read at most this many rows of each source.")
@click.option("--encoder", help="Encoder to use instead of the config's.")
@click.option("--sources", help="Read only these sources (names, comma-separated).")
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
    extent = Extent(limit, _names(sources), offline, accept_loss)
    if dry_run:
        would = rehearse(loaded, reporter_for(sys.stderr), extent, _access())
        if as_json:
            _print_json(would.to_json())
        else:
            click.echo(would.to_text())
        return
    report = run(loaded, out or loaded.publish.path, reporter_for(sys.stderr), extent, _access())
    if summary:
        _add_to(summary, report.to_markdown())
    if as_json:
        _print_json(report.to_json())
    else:
        click.echo(report.to_text())


@cli.command()
@click.argument("config", type=click.Path(path_type=Path), default=DEFAULT_CONFIG)
@click.option("--check", "place", help="Show what would be read from this page, an address or a saved file; stop.")
@click.option("--out", type=click.Path(path_type=Path), help="Write the films: .csv, .jsonl (each also .gz), .parquet.")
@click.option("--limit", type=click.IntRange(min=1), help="Read at most this many rows or pages of each source.")
@click.option("--sources", help="Read only these sources (names, comma-separated).")
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
            _print_json(checked.to_json())
        else:
            click.echo(checked.to_text())
        if checked.film is None:
            raise click.exceptions.Exit(EXIT_MISTAKE)  # main() gets it as the value of the call
        return
    loaded, extent = load_config(config), Extent(limit, _names(sources), offline, accept_loss)
    if out is not None:
        check_target(out)  # before hours of reading
    gathered = gather(loaded, reporter_for(sys.stderr), extent, os.environ)
    rejects = loaded.collect.folder / "rejects.jsonl"
    write_rejects(rejects, gathered.harvests)
    if out is not None:
        write(gathered.films, out)
    if as_json:
        _print_json(gathered.counts.to_json())
    else:
        click.echo(gathered.counts.to_text())
        if rejects.exists():
            click.echo(f"refused rows and pages: {rejects}")
    gathered.whole()


@cli.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@json_option
def diff(*, old: Path, new: Path, as_json: bool) -> None:
    """Tell which films are new, changed or gone between two catalogues: bundles, versions, or files of films."""
    from kadr.catalogue.diff import diff as compare
    from kadr.harvesting import films_at

    root = _bundle_path(None)
    found = compare(films_at(old, root), films_at(new, root))
    if as_json:
        _print_json(found.to_json())
    else:
        click.echo(found.to_text())


@cli.command()
@click.argument("query", default="")
@bundle_option
@click.option("-k", default=10, show_default=True, help="Number of films.")
@click.option("--offset", default=0, show_default=True, help="Films to pass over.")
@click.option("--mode", default="hybrid", show_default=True, help="hybrid, semantic or lexical.")
@click.option("--sort", default="relevance", show_default=True, help="relevance, newest, oldest or rating.")
@click.option("--measure", default="cosine", show_default=True, help="cosine, dot or l2, in the semantic mode.")
@click.option("--budget-ms", default=10_000.0, show_default="10000", help="How long to wait for a hosted encoder.")
@click.option("--year", help="1999, 1990-1999, 1990- or -1999.")
@click.option("--kind", type=click.Choice(["film", "series"]), help="Only films, or only series.")
@click.option("--genre", multiple=True, help="Any of these; repeat the option.")
@click.option("--not-genre", multiple=True, help="None of these.")
@click.option("--country", multiple=True, help="Any of these.")
@click.option("--director", multiple=True, help="Any of these.")
@click.option("--actor", multiple=True, help="Any of these.")
@click.option("--rating", type=float, help="At least this rating, 0 to 10.")
@json_option
def search(*, query: str, bundle: Path | None, as_json: bool, **options: Any) -> None:
    """Search the current bundle. Without a query: the best known films."""
    from kadr.engine import Engine
    from kadr.film import Kind
    from kadr.search.types import Filters

    year_from, year_to = _years(options["year"])
    filters = Filters(
        year_from=year_from,
        year_to=year_to,
        kinds=(Kind(options["kind"]),) if options["kind"] else (),
        genres_any=options["genre"],
        genres_none=options["not_genre"],
        countries_any=options["country"],
        directors=options["director"],
        actors=options["actor"],
        rating_min=options["rating"],
    )
    names = ("k", "offset", "mode", "sort", "measure", "budget_ms")
    with Engine.open(_bundle_path(bundle), _access()) as engine:
        result = engine.search(query, filters=filters, **{name: options[name] for name in names})
    if as_json:
        from kadr.search.output import to_json

        _print_json(to_json(result))
    else:
        from kadr.search.output import to_text

        click.echo(to_text(result))


@cli.command(help=EVALUATE_HELP)
@click.argument("judgments")
@bundle_option
@click.option("--slice", "slices", multiple=True, help="Score a part by itself; may be repeated.")
@click.option("--baseline", is_flag=True, help="Score BM25 on stems over the same films too, and compare.")
@click.option(
    "--mode",
    type=click.Choice(["hybrid", "semantic", "lexical"]),
    default="hybrid",
    show_default=True,
    help="How queries are asked.",
)
@click.option("--lost", type=click.IntRange(min=0), default=0, help="List this many queries that lost their film.")
@json_option
def evaluate(  # noqa: PLR0913  # one parameter an option
    *,
    judgments: str,
    bundle: Path | None,
    slices: tuple[str, ...],
    baseline: bool,
    mode: str,
    lost: int,
    as_json: bool,
) -> None:
    from kadr.engine import Engine
    from kadr.evaluate.run import evaluate as run
    from kadr.search.types import Mode

    with Engine.open(_bundle_path(bundle), _access()) as engine:
        report = run(engine, judgments, slices=slices, baseline=baseline, mode=Mode(mode))
    if as_json:
        _print_json(report.to_json(lost))
    else:
        click.echo(report.to_text(lost))


@cli.command()
@bundle_option
@click.argument("out", type=click.Path(path_type=Path))
def export(*, bundle: Path | None, out: Path) -> None:
    """Write the bundle's catalogue to OUT: .csv, .jsonl (each also .gz) or .parquet."""
    from kadr.catalogue.export import export as write
    from kadr.engine import Engine

    with Engine.open(_bundle_path(bundle)) as engine:
        count = write(engine.films(), out)
    click.echo(f"{count} films: {out}")


@cli.command()
@bundle_option
def verify(*, bundle: Path | None) -> None:
    """Check every file of a bundle against its manifest."""
    from kadr.bundle import resolve
    from kadr.bundle import verify as check

    folder = resolve(_bundle_path(bundle))
    manifest = check(folder)
    click.echo(f"bundle {manifest.version} is whole: {manifest.counts['films']} films, {len(manifest.files)} files")


@cli.command()
@click.argument("config", type=click.Path(path_type=Path), default=DEFAULT_CONFIG)
@bundle_option
@json_option
def doctor(*, config: Path, bundle: Path | None, as_json: bool) -> None:
    """Look at everything a search needs, ask a hosted encoder once, and say what to do about what is amiss."""
    from dataclasses import asdict

    from kadr.doctor import Check, State, examine

    bad, findings = False, []
    for finding in examine(Check(_bundle_path(bundle), config, _access())):
        bad = bad or finding.state is State.BAD
        findings.append(asdict(finding))
        if not as_json:
            click.echo(finding.to_text())
    if as_json:
        _print_json(findings)
    if bad:
        raise click.exceptions.Exit(EXIT_MISTAKE)  # main() gets it as the value of the call


@cli.command()
@bundle_option
@json_option
def versions(*, bundle: Path | None, as_json: bool) -> None:
    """List the bundles that are here, newest first."""
    from dataclasses import asdict

    from kadr.bundle import versions as found

    listed = found(_root_path(bundle))
    if as_json:
        _print_json([asdict(v) for v in listed])
        return
    for v in listed:
        mark = "*" if v.is_current else " "
        click.echo(f"{mark} {v.version}  {v.created:<32}  {v.films or 0:>7} films  {v.size_bytes:>12,} bytes  {v.flaw}")


@cli.command()
@bundle_option
@click.option("--to", "target", help="The version to go back to. [default: the one before the current]")
def rollback(*, bundle: Path | None, target: str | None) -> None:
    """Make the bundle before the current one current again."""
    from kadr.bundle import rollback as go_back

    version = go_back(_root_path(bundle), target)
    click.echo(f"bundle {version} is current")


def main() -> None:
    """Run the command line and exit; errors are one line, and a traceback only with --debug."""
    arguments = [argument for argument in sys.argv[1:] if argument != "--debug"]
    debug = len(arguments) < len(sys.argv) - 1
    try:
        code = cli.main(arguments, prog_name="kadr", standalone_mode=False)
    except click.exceptions.Abort:
        code = _stopped()
    except KeyboardInterrupt:
        code = _stopped()
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except KadrError as error:
        _trace(debug)
        click.echo(f"kadr: {error}", err=True)
        code = error.exit_code
    except BrokenPipeError:
        # The reader of our output left (kadr ... | head): there is nobody to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:  # noqa: BLE001  # the last stop: one line, and a traceback for who asks
        _trace(debug)
        click.echo(f"kadr: unexpected {type(error).__name__}: {error}; run again with --debug for all of it", err=True)
        code = EXIT_FAULT
    sys.exit(code)


def _trace(debug: bool) -> None:
    """Print the traceback of the error in hand, where it was asked for; the exit code stays what it is."""
    if debug:
        traceback.print_exc()


def _stopped() -> int:
    click.echo("kadr: stopped; what was current stays current, and what was fetched is kept for the next run", err=True)
    return EXIT_STOPPED


def _bundle_path(given: Path | None) -> Path:
    from kadr.settings import load_settings

    return given if given is not None else load_settings(os.environ).bundle


def _access() -> "Access":
    """Return how a hosted encoder may be asked, as the environment says."""
    from kadr.engine import Access
    from kadr.settings import load_settings

    return Access(os.environ, load_settings(os.environ).inference_url)


def _root_path(given: Path | None) -> Path:
    """Return the folder that holds bundles, where one bundle alone would not do."""
    path = _bundle_path(given)
    if (path / "manifest.json").exists():
        raise ConfigError(
            f"{path}: is one bundle; name the folder that holds the bundles, here {path.resolve().parent}"
        )
    return path


def _names(sources: str | None) -> list[str]:
    return [name.strip() for name in sources.split(",")] if sources is not None else []


def _add_to(path: Path, text: str) -> None:
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(text + "\n")
    except OSError as error:
        raise ConfigError(f"--summary: {path}: cannot be written ({error.strerror})") from error


def _years(text: str | None) -> tuple[int | None, int | None]:
    if not text:
        return None, None
    if not re.fullmatch(r"[0-9]{1,4}(-[0-9]{0,4})?|-[0-9]{1,4}", text):
        raise click.BadParameter("write 1999, 1990-1999, 1990- or -1999", param_hint="--year")
    low, dash, high = text.partition("-")
    first, last = int(low) if low else None, int(high) if high else None
    return (first, last) if dash else (first, first)


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=1))
