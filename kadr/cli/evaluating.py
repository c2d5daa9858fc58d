"""The command that scores a bundle by judged queries."""

from pathlib import Path

import click

from kadr.cli.options import access, bundle_option, bundle_path, json_option, print_json
from kadr.evaluate import HELP

__all__ = ["evaluate"]


@click.command(help=HELP)
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
def evaluate(  # noqa: D103, PLR0913  # its help is HELP; one parameter an option
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

    with Engine.open(bundle_path(bundle), access()) as engine:
        report = run(engine, judgments, slices=slices, baseline=baseline, mode=Mode(mode))
    if as_json:
        print_json(report.to_json(lost))
    else:
        click.echo(report.to_text(lost))
