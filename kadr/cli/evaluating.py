"""The command that scores a bundle by judged queries, and by its side the one that compares recommendations."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kadr.cli.options import access, bundle_option, bundle_path, json_option, print_json
from kadr.cli.recommending import recommend
from kadr.cli.tagging import tags
from kadr.errors import ConfigError
from kadr.evaluate import HELP

if TYPE_CHECKING:
    from kadr.engine import Engine
    from kadr.evaluate.ways import Way

__all__ = ["evaluate"]


_OTHERS = {"recommend": recommend, "tags": tags}


class _Evaluate(click.Command):
    """`evaluate FILE`, unless its first word is that of another command; a file of that name is ./recommend."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        if args and args[0] in _OTHERS:
            return _OTHERS[args[0]].make_context(f"{info_name} {args[0]}", args[1:], parent, **extra)
        return super().make_context(info_name, args, parent, **extra)


@click.command(
    cls=_Evaluate,
    help=HELP,
    epilog="Other commands measure recommendations: kadr evaluate recommend --help, kadr evaluate tags --help",
)
@click.argument("judgments")
@bundle_option
@click.option("--slice", "slices", multiple=True, help="Score a part by itself; may be repeated.")
@click.option("--baseline", is_flag=True, help="Score BM25 on stems over the same films too, and compare.")
@click.option("--against", help="Compare with another bundle, a folder or a version, or with a setting: mode=lexical.")
@click.option(
    "--mode",
    type=click.Choice(["hybrid", "semantic", "lexical"]),
    default="hybrid",
    show_default=True,
    help="How queries are asked.",
)
@click.option("--lost", type=click.IntRange(min=0), default=0, help="List this many queries that lost their film.")
@click.option(
    "--flips",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    help="With --against: list this many queries that were won, lost and moved.",
)
@click.option("--report", type=click.Path(path_type=Path), help="Write a page with charts to this HTML file.")
@json_option
def evaluate(  # noqa: D103, PLR0913  # its help is HELP; one parameter an option
    *,
    judgments: str,
    bundle: str | None,
    slices: tuple[str, ...],
    baseline: bool,
    against: str | None,
    mode: str,
    lost: int,
    flips: int,
    report: Path | None,
    as_json: bool,
) -> None:
    from kadr.engine import Engine
    from kadr.evaluate.run import evaluate as run
    from kadr.evaluate.shown import to_text
    from kadr.search.types import Mode

    path = bundle_path(bundle)
    _check(report)
    with ExitStack() as stack:
        engine = stack.enter_context(Engine.open(path, access()))
        other = None if against is None else _way(against, path, engine, Mode(mode), stack)
        found = run(engine, judgments, slices=slices, baseline=baseline, mode=Mode(mode), against=other)
        version = engine.manifest.version
    if report is not None:
        from kadr.evaluate.page import to_html

        _write(report, to_html(found, f"{Path(judgments).name}, asked of bundle {version}"))
    if as_json:
        print_json(found.to_json(lost))
    else:
        click.echo(to_text(found, lost, flips))


def _way(against: str, path: Path, engine: "Engine", mode: object, stack: ExitStack) -> "Way":
    """Return what to compare with: other options of the same bundle, or another bundle asked in the same mode."""
    from kadr.bundle import is_version
    from kadr.engine import Engine
    from kadr.evaluate.ways import Way, no_rival, setting_of

    setting = setting_of(against)
    if setting is not None:
        return Way(engine, {"mode": mode, **setting}, against)
    folder = path / against if is_version(against) and not Path(against).exists() else Path(against)
    if not against.strip() or not _is_folder(folder):
        raise no_rival(against)
    return Way(stack.enter_context(Engine.open(folder, access())), {"mode": mode}, against)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name that is too long for any file
        return False


def _check(report: Path | None) -> None:
    """Stop before minutes of asking where the page cannot be written."""
    if report is not None and not _is_folder(report.parent):
        raise ConfigError(f"--report: {report.parent} is no folder; make it first")
    if report is not None and _is_folder(report):
        raise ConfigError(f"--report: {report} is a folder; name a file in it, as {report / 'report.html'}")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"--report: {path}: cannot be written ({error.strerror})") from error
