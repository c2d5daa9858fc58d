"""Commands that learn from ratings, and that ask what was learned."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kadr.cli.options import bundle_option, bundle_path, json_option, print_json
from kadr.cli.rated import mapping_of, mapping_option, scale_of, scale_option
from kadr.cli.serving import MODELS
from kadr.errors import ConfigError
from kadr.recommend.train.asked import LIKED_FROM, SEED, TRIALS, RatingsConfig

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kadr.recommend.types import Event
    from kadr.web.predicting import Prediction

__all__ = ["predict", "train"]

TUNED = "tuned"
MAX_HISTORY = 1 << 20
"""Bytes of a file with a history: a thousand events take a tenth."""
SHOWN = 5
"""Films that a bundle has not, of which the id is told."""

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
@mapping_option
@scale_option
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
def train(*, ratings: Path, bundle: str | None, models: Path, name: str, as_json: bool, **options: Any) -> None:
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
        mapping=mapping_of(options["mapping"]),
        scale=scale_of(options["scale"]),
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
    bundle: str | None,
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
    _say(found)
    print_json({user: [film_to_json(film) for film in told.films] for user, told in found.items()})


def _events(path: Path) -> "list[Event]":
    from kadr.recommend.types import Event, check_history

    try:
        if path.stat().st_size > MAX_HISTORY:
            raise ConfigError(f"--history: {path}: is larger than {MAX_HISTORY >> 20} MiB; leave the oldest events out")
        text = path.read_bytes()
    except OSError as cause:
        raise ConfigError(f"--history: {path}: cannot be read ({cause.strerror}); name a JSON file") from cause
    try:
        told = json.loads(text.decode())
        rows: list[Any] = told if isinstance(told, list) else [None]
        events = [Event(**each) for each in rows]
    except (ValueError, TypeError, RecursionError) as cause:
        raise ConfigError(
            f'--history: {path}: is no JSON list of events; write it as [{{"film": ID, "kind": "liked"}}], with value'
            " and at where they are known"
        ) from cause
    check_history(events)
    return events


def _say(found: "Mapping[str, Prediction]") -> None:
    """Tell on standard error where the list is nobody's own, and of what the bundle has no film."""
    for user, told in found.items():
        if told.unknown:
            more = f" and {len(told.unknown) - SHOWN:,} more" if len(told.unknown) > SHOWN else ""
            click.echo(f"{user}: not in this bundle: {', '.join(told.unknown[:SHOWN])}{more}", err=True)
        if not told.personal:
            click.echo(f"{user}: nothing speaks for any film; these are the best known ones", err=True)
