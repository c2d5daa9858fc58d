"""The command that says whether tags tell what somebody likes."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kadr.cli.options import json_option, print_json
from kadr.cli.rated import mapping_of, mapping_option, scale_of, scale_option
from kadr.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kadr.progress import Advance
    from kadr.recommend.train.model import Model
    from kadr.recommend.train.ratings import Given
    from kadr.recommend.train.split import Round
    from kadr.recommend.train.tag_leg import Help
    from kadr.recommend.train.tags import Tags

__all__ = ["tags"]

FOLDS = 5
"""Folds of users, as `kadr evaluate recommend` deals them."""


@click.command
@click.argument("ratings", type=click.Path(path_type=Path))
@click.argument("tags_file", metavar="TAGS", type=click.Path(path_type=Path))
@mapping_option
@scale_option
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of what is drawn.")
@click.option("--beside", help="Say what the tags add to this model, as ease-uw, for users whom it never saw, too.")
@json_option
def tags(*, ratings: Path, tags_file: Path, seed: int, beside: str | None, as_json: bool, **options: Any) -> None:
    """Say how well tags tell what somebody likes, beside what the means of their ratings tell.

    RATINGS: a MovieLens folder, or a table of users, films and ratings. TAGS: the same, of users, films and tags.

    60 % of what was rated makes the profiles; of the rest as many liked films (2.5 of 5 and more) as disliked ones are
    pairs to learn from, to stop by and to measure by. What somebody said of the film of a pair is in no profile.

    AUC: how often a liked pair is above a disliked one. Accuracy: by the bound that was best on the pairs to stop by.
    Liked, disliked: the mean cosine of such pairs.

    With --beside: NDCG@10 of both together less that of the model alone, five folds of users; the weight of the tags is
    chosen on one half of the users and measured on the other. Tags ship where the 95 % interval is above 0.
    """
    from kadr.recommend.train.asked import RatingsConfig
    from kadr.recommend.train.ratings import read_ratings
    from kadr.recommend.train.tag_files import read_tags
    from kadr.recommend.train.tag_report import measured

    model = None if beside is None else _model(beside)
    config = RatingsConfig(ratings, mapping=mapping_of(options["mapping"]), scale=scale_of(options["scale"]))
    given = read_ratings(config)
    of_films, reading = read_tags(tags_file, given)
    report = measured(given.ratings, of_films, seed)
    helped = None if model is None else _help(model, given, of_films, seed)
    if as_json:
        print_json(report.to_json() | ({} if helped is None else {"beside": {"model": beside, **helped.to_json()}}))
    else:
        lines = [given.reading.to_text(), reading.to_text(), report.to_text()]
        click.echo("\n".join(lines if helped is None else [*lines, f"\nbeside {beside}: {helped.to_text()}"]))


def _model(name: str) -> "Model":
    """Return a model as it is before anything was tuned."""
    from kadr.recommend.train.registry import MODELS

    if name not in MODELS:
        raise ConfigError(f"--beside: {name[:40]!r} is no model; use one of {', '.join(MODELS)}")
    return MODELS[name]()


def _help(model: "Model", given: "Given", of_films: "Tags", seed: int) -> "Help":
    from kadr.progress import reporter_for
    from kadr.recommend.train.interactions import ItemSide
    from kadr.recommend.train.split import strong_rounds
    from kadr.recommend.train.tag_leg import helps

    with reporter_for(sys.stderr).step("beside", FOLDS) as advance:
        rounds = strong_rounds(given.ratings, ItemSide(), FOLDS)
        return helps(_told(rounds, advance), model, of_films, seed)


def _told(rounds: "Iterable[Round]", advance: "Advance") -> "Iterator[Round]":
    """Yield rounds, and tell how many are done."""
    for done, each in enumerate(rounds, 1):
        yield each
        advance(done)
