"""Commands that learn from ratings, and that ask what was learned."""

import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kadr.cli.options import bundle_option, bundle_path, json_option, print_json
from kadr.cli.serving import MODELS
from kadr.errors import ConfigError
from kadr.recommend.train.asked import LIKED_FROM, SEED, TRIALS, RatingsConfig

if TYPE_CHECKING:
    from kadr.recommend.types import Event

__all__ = ["predict", "train"]

TUNED = "tuned"
MAX_HISTORY = 1 << 20
"""Bytes of a file with a history: a thousand events take a tenth."""

_models_option = click.option(
    "--models",
    type=click.Path(path_type=Path, file_okay=False),
    default=MODELS,
    show_default=True,
    help="Folder of trained models.",
)


@click.command()
@click.argument("ratings", type=click.Path(path_type=Path))
@bundle_option
@_models_option
@click.option("--name", default="ease-uw", show_default=True, help="Of the model; each training is its next version.")
@click.option("--mapping", multiple=True, metavar="FIELD=HEADER", help="A column by its header; repeat the option.")
@click.option(
    "--scale", nargs=2, type=float, help="The lowest and the highest rating. [default: seen from the ratings]"
)
@click.option(
    "--liked-from",
    type=click.FloatRange(0, 10),
    default=LIKED_FROM,
    show_default=True,
    help="The rating, of ten, from which a film is liked.",
)
@click.option(
    "--trials", type=click.IntRange(0, 1000), default=TRIALS, show_default=True, help="Settings that are tried."
)
@click.option("--seed", type=click.IntRange(0), default=SEED, show_default=True, help="Of all that is drawn.")
@json_option
def train(*, ratings: Path, bundle: Path | None, models: Path, name: str, as_json: bool, **options: Any) -> None:
    """Learn from RATINGS of a bundle's films: a MovieLens folder, or a table as CSV, TSV or Parquet.

    Settings are tuned on users that are held out, and kept for the next time. The model is a new version in the folder
    of models; no version before it changes, and the bundle stays as it is. A build trains by itself on what [ratings]
    of the catalogue file names.
    """
    from kadr.engine import Engine
    from kadr.progress import reporter_for
    from kadr.recommend.train.job import learn
    from kadr.recommend.train.store import Store, check_name

    check_name(name)
    config = RatingsConfig(
        ratings,
        mapping=_mapping(options["mapping"]),
        scale=_scale(options["scale"]),
        liked_from=options["liked_from"],
        trials=options["trials"],
        seed=options["seed"],
        tuned=models / TUNED,
    )
    with Engine.open(bundle_path(bundle)) as engine:
        vectors = engine.parts.recommender.content.vectors
        meaning = vectors.matrix * vectors.inverse[:, None]
        trained, learned = learn(tuple(engine.films()), meaning, config, reporter_for(sys.stderr), name)
    version = Store(models).save(learned)
    if as_json:
        print_json({**trained.to_json(), "version": version})
    else:
        click.echo(f"{trained.to_text()}\nkept as {models / f'{name}-{version}'}")


@click.command()
@click.argument("users", nargs=-1)
@bundle_option
@_models_option
@click.option("--model", "name", default="ease-uw", show_default=True, help="Name of a trained model.")
@click.option("--version", type=click.IntRange(1), help="[default: the newest]")
@click.option("--top-k", "k", type=click.IntRange(1, 100), default=10, show_default=True, help="Films for each user.")
@click.option(
    "--history",
    type=click.Path(path_type=Path, dir_okay=False),
    help='JSON: [{"film": ID, "kind": "rated", "value": 8}, ...]; kind is liked, disliked or watched, too.',
)
def predict(  # noqa: PLR0913  # one parameter an option
    *,
    users: tuple[str, ...],
    bundle: Path | None,
    models: Path,
    name: str,
    version: int | None,
    k: int,
    history: Path | None,
) -> None:
    """Print films for USERS of the training data, by user as JSON; with --history for somebody who is not in it.

    Films are full records of the bundle, best first; none that the user rated is among them.
    """
    from kadr.engine import Engine
    from kadr.recommend.train.store import Store
    from kadr.search.output import film_to_json
    from kadr.trainer.ready import Ready

    if bool(users) == (history is not None):
        raise ConfigError("USERS: give ids of users, or a file by --history, one of the two")
    events = _events(history) if history else ()
    stored = Store(models).load(name, version)
    if unknown := set(users) - set(stored.learned.users):
        raise ConfigError(f"USERS: {min(unknown)[:60]!r} is no user of the training data; give --history instead")
    with Engine.open(bundle_path(bundle)) as engine:
        ready = Ready.of(stored, engine)
        found = ready.folded({"history": events}, k) if history else ready.predicted(users, k)
    print_json({user: [film_to_json(film) for film in told.films] for user, told in found.items()})


def _mapping(given: Sequence[str]) -> dict[str, str]:
    pairs = [each.partition("=") for each in given]
    if wrong := [
        each for each, (field, sign, header) in zip(given, pairs, strict=True) if not (field and sign and header)
    ]:
        raise ConfigError(f"--mapping: {wrong[0][:60]!r} is not of the form FIELD=HEADER, as user=viewer")
    return {field.strip(): header for field, _, header in pairs}


def _scale(given: tuple[float, float] | None) -> tuple[float, float] | None:
    if given is not None and not (-math.inf < given[0] < given[1] < math.inf and given[1] > 0):
        raise ConfigError("--scale: the first must be below the second, as --scale 1 10")
    return given


def _events(path: Path) -> "list[Event]":
    from kadr.recommend.types import Event, check_history

    try:
        if path.stat().st_size > MAX_HISTORY:
            raise ConfigError(f"--history: {path}: is larger than {MAX_HISTORY >> 20} MiB; leave the oldest events out")
        told = json.loads(path.read_text(encoding="utf-8"))
        rows: list[Any] = told if isinstance(told, list) else [None]
        events = [Event(**each) for each in rows]
    except (OSError, ValueError, TypeError, RecursionError) as cause:
        raise ConfigError(f"--history: {path}: is no JSON list of events with film, kind, value and at") from cause
    check_history(events)
    return events
