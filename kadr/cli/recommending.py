"""The command that compares models of recommendation."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kadr.cli.options import json_option, names_of, print_json
from kadr.cli.rated import mapping_of, mapping_option, scale_of, scale_option
from kadr.errors import ConfigError
from kadr.evaluate.recommending import HELP

if TYPE_CHECKING:
    from kadr.evaluate.recommending.report import Report
    from kadr.evaluate.recommending.run import Plan
    from kadr.progress import Reporter

__all__ = ["recommend"]

_FILE = click.Path(path_type=Path)
_SPLIT = ("train", "valid", "test")
_OF_RATINGS = ("ratings", "films", "mapping", "scale")


@click.command(help=HELP)
@click.argument("ratings", type=_FILE, required=False)
@click.option("--films", type=_FILE, help="A file of the films, with votes where they are known.")
@mapping_option
@scale_option
@click.option("--train", type=_FILE, help="Of a published split: what is learned from.")
@click.option("--valid", type=_FILE, help="Of a published split: what hyper-parameters are chosen by.")
@click.option("--test", type=_FILE, help="Of a published split: what is to be told.")
@click.option(
    "--exclude",
    type=click.Choice(["train", "train+valid"]),
    default="train",
    show_default=True,
    help="Of a published split: what the tuned models learn from, and what is not recommended.",
)
@click.option(
    "--protocol",
    type=click.Choice(["strong", "last", "cold", "all"]),
    default="strong",
    show_default=True,
    help="How ratings are dealt out.",
)
@click.option("--folds", type=click.IntRange(min=3), default=5, show_default=True, help="Folds of users, of strong.")
@click.option("--rounds", type=click.IntRange(min=1), default=10, show_default=True, help="Rounds of cold.")
@click.option("--seed", type=click.IntRange(min=0), default=7, show_default=True, help="Of splits and trials.")
@click.option(
    "--liked-from",
    type=click.FloatRange(0, 10),
    default=7.0,
    show_default=True,
    help="The rating, of ten, from which a film is liked.",
)
@click.option("--models", help="Names, comma-separated. [default: all]")
@click.option("--k", "depths", default="10,20,40", show_default=True, help="Depths of the measures, ascending.")
@click.option(
    "--trials", type=click.IntRange(min=0), default=20, show_default=True, help="Of each model; 0 tunes none."
)
@click.option("--tuned", type=_FILE, help="A folder that keeps what tuning found.")
@click.option("--limit", type=click.FloatRange(min=0), help="Seconds that tuning one model may take.")
@click.option("--chart", type=_FILE, help="Draw quality against bytes and against variety to this PNG file.")
@json_option
def recommend(*, as_json: bool, chart: Path | None, **asked: Any) -> None:  # noqa: D103  # its help is HELP
    from kadr.evaluate.recommending.shown import to_text
    from kadr.progress import reporter_for

    _check(chart)
    report = _report(asked, reporter_for(sys.stderr))
    if chart is not None:
        from kadr.evaluate.recommending.chart import draw

        draw(report, chart)
    if as_json:
        print_json(report.to_json())
    else:
        click.echo(to_text(report))


def _report(asked: dict[str, Any], tell: "Reporter") -> "Report":
    from kadr.evaluate.recommending.report import Report
    from kadr.evaluate.recommending.run import Plan, check_rounds, choose, compare_models
    from kadr.recommend.train.tune import Search

    depths = _depths(asked["depths"])
    search = Search(asked["trials"], asked["seed"], asked["limit"])
    plan = Plan(choose(names_of(asked["models"])), search, asked["tuned"], depths)
    files = {name: asked[name] for name in _SPLIT if asked[name] is not None}
    if not files:
        return _of_ratings(asked, plan, tell)
    if len(files) < len(_SPLIT) or any(asked[name] for name in _OF_RATINGS):
        raise ConfigError(
            "--train, --valid, --test: give all three, without RATINGS, --films, --mapping and --scale beside them"
        )
    from kadr.evaluate.recommending.published import read_published

    found, told = read_published(files, asked["exclude"])
    tell.tell(told)
    check_rounds((found,), search)
    return Report(told, depths, (compare_models(f"test, without {asked['exclude']}", [found], plan, tell),))


def _of_ratings(asked: dict[str, Any], plan: "Plan", tell: "Reporter") -> "Report":
    from kadr.evaluate.recommending.given import PROTOCOLS, Dealt, read_known
    from kadr.evaluate.recommending.report import Report
    from kadr.evaluate.recommending.run import check_rounds, compare_models
    from kadr.evaluate.recommending.shown import to_text

    if asked["ratings"] is None:
        raise ConfigError("RATINGS: is missing; name a file or folder of ratings, or --train, --valid and --test")
    known = read_known(asked["ratings"], asked["films"], mapping_of(asked["mapping"]), scale_of(asked["scale"]))
    tell.tell(known.told)
    dealt = Dealt(asked["folds"], asked["seed"], asked["liked_from"], asked["rounds"])
    names = PROTOCOLS if asked["protocol"] == "all" else (asked["protocol"],)
    for name in names:
        check_rounds(known.rounds(name, dealt), plan.search)
    found = []
    for name in names:
        found.append(compare_models(name, known.rounds(name, dealt), plan, tell))
        if name != names[-1]:  # what is found is not lost where a later protocol is stopped
            tell.tell(to_text(Report(name, plan.depths, (found[-1],))))
    return Report(known.told, plan.depths, tuple(found))


def _depths(text: str) -> tuple[int, ...]:
    """Return the depths that --k lists, ascending."""
    try:
        depths = tuple(sorted({int(word) for word in text.split(",")}))
    except ValueError:
        depths = ()
    if not depths or depths[0] < 1 or depths[-1] > 1_000:
        raise ConfigError("--k: is no list of depths from 1 to 1000; write 10,20,40")
    return depths


def _check(chart: Path | None) -> None:
    """Stop before minutes of fitting where the chart cannot be written."""
    if chart is not None and (chart.is_dir() or not chart.parent.is_dir()):
        raise ConfigError(f"--chart: {chart} is no file in a folder that is there; name one, as chart.png")
