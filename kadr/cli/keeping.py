"""Commands that look after bundles: take them out, check them, go back, and find what is amiss."""

from pathlib import Path

import click
from click.core import ParameterSource

from kadr.cli.options import (
    EXIT_MISTAKE,
    access,
    bundle_option,
    bundle_path,
    config_argument,
    json_option,
    place_settings,
    print_json,
    root_path,
)
from kadr.errors import BundleMissing

__all__ = ["doctor", "export", "verify", "versions"]


@click.command()
@bundle_option
@click.argument("out", type=click.Path(path_type=Path))
def export(*, bundle: str | None, out: Path) -> None:
    """Write the bundle's catalogue to OUT: .csv, .jsonl (each also .gz) or .parquet.

    In .csv a text that a spreadsheet would run, as one that begins with =, stands behind an apostrophe; `kadr build`
    reads it without.
    """
    from kadr.catalogue.export import export as write
    from kadr.engine import Engine

    with Engine.open(bundle_path(bundle)) as engine:
        count = write(engine.films(), out)
    click.echo(f"{count} films: {out}")


@click.command()
@bundle_option
def verify(*, bundle: str | None) -> None:
    """Check every file of a bundle against its manifest."""
    from kadr.bundle import resolve
    from kadr.bundle import verify as check

    folder = resolve(bundle_path(bundle))
    manifest = check(folder)
    click.echo(f"bundle {manifest.version} is whole: {manifest.counts['films']} films, {len(manifest.files)} files")


@click.command()
@config_argument
@bundle_option
@json_option
def doctor(*, config: Path, bundle: str | None, as_json: bool) -> None:
    """Look at everything a search needs, ask a hosted encoder once, and say what to do about what is amiss."""
    from dataclasses import asdict

    from kadr.doctor import Check, State, examine

    bad, findings = False, []
    named = click.get_current_context().get_parameter_source("config") is ParameterSource.COMMANDLINE
    for finding in examine(Check(bundle_path(bundle), config, access(), named)):
        bad = bad or finding.state is State.BAD
        findings.append(asdict(finding))
        if not as_json:
            click.echo(finding.to_text())
    if as_json:
        print_json(findings)
    if bad:
        raise click.exceptions.Exit(EXIT_MISTAKE)  # main() gets it as the value of the call


@click.command()
@bundle_option
@json_option
def versions(*, bundle: str | None, as_json: bool) -> None:
    """List the bundles that are here, newest first; of an address, those that were fetched."""
    from dataclasses import asdict

    from kadr.bundle import versions as found

    settings = place_settings(bundle)
    if settings.source and not settings.bundle.is_dir():
        raise BundleMissing(f"{settings.source}: no version was fetched to this machine yet; `kadr verify` fetches one")
    listed = found(root_path(settings.bundle))
    if as_json:
        print_json([asdict(v) for v in listed])
        return
    for v in listed:
        mark = "*" if v.is_current else " "
        click.echo(f"{mark} {v.version}  {v.created:<32}  {v.films or 0:>7} films  {v.size_bytes:>12,} bytes  {v.flaw}")
