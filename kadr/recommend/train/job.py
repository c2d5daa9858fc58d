"""The training: ratings read, matched with films, learned from, measured, and put where a bundle serves them from."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kadr.errors import RatingsError
from kadr.film import Film
from kadr.progress import Reporter
from kadr.recommend.card import ModelCard, Weights
from kadr.recommend.collaborative import Collaborative
from kadr.recommend.factors import Factors
from kadr.recommend.fold_in import Fading
from kadr.recommend.train.asked import RatingsConfig
from kadr.recommend.train.features import side_of
from kadr.recommend.train.gram import Gram
from kadr.recommend.train.interactions import Interactions, ItemSide, Ratings
from kadr.recommend.train.matching import Match, MatchReport, match
from kadr.recommend.train.metrics import ndcg, recall
from kadr.recommend.train.mixing import Mixture, mixed, some_users, voted
from kadr.recommend.train.popular import Popular, fame
from kadr.recommend.train.ranking import ranked
from kadr.recommend.train.ratings import Given, Reading, read_ratings
from kadr.recommend.train.recency import well_faded
from kadr.recommend.train.reduced import EaseUw
from kadr.recommend.train.split import LEAST_LIKES, Round, Split, cold_rounds, last_round, strong_rounds
from kadr.recommend.train.store import Learned
from kadr.recommend.train.tune import LEAST_USERS, Search, tuned
from kadr.recommend.train.voted import Voted, renown_of

__all__ = ["Trained", "learn", "train"]

FOLDS = 5
"""A fifth of the users is held out to choose by, another to measure on."""
DEPTH = 10
"""Films of a list that figures are given for."""
NAMING = (
    "name films by imdb, tmdb or kinopoisk, by title and year, or by the catalogue's own ids; a column is named by"
    " mapping, as title = HEADER"
)
"""What to do where films of the ratings are not found."""

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Trained:
    """What came of a training: what the model says of itself, and what was read and found of the ratings."""

    card: ModelCard
    reading: Reading
    matched: MatchReport

    @property
    def counts(self) -> dict[str, int]:
        """What a manifest counts: ratings that count, who gave them, and films that have any."""
        return {"ratings": self.matched.kept, "raters": self.matched.users, "rated": self.matched.rows}

    def to_json(self) -> dict[str, Any]:
        """Return all that was found as JSON values."""
        return {"model": asdict(self.card), "reading": self.reading.to_json(), "match": self.matched.to_json()}

    def to_text(self) -> str:
        """Return it in lines to read."""
        card = self.card
        lines = [self.reading.to_text(), self.matched.to_text(), f"{card.name}: {_told(card.parameters)}"]
        lines.append(f"  weights: {_told(asdict(card.fusion))}; opinions fade: {_told(asdict(card.history))}")
        if figures := card.figures:
            worth = f"NDCG@{DEPTH} {figures['ndcg@10']:.4f}, recall@{DEPTH} {figures['recall@10']:.4f}"
            plain = f"the most popular films NDCG@{DEPTH} {figures['ndcg@10 popular']:.4f}"
            lines.append(f"  for {figures['users']:.0f} users held out: {worth}; {plain}")
            if figures["ndcg@10"] <= figures["ndcg@10 popular"]:
                lines.append("  no better than the most popular films: the ratings are too few, or tell too little")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What was chosen on users held out, and what it was worth on others."""

    model: EaseUw
    popular: Popular
    weights: Weights
    fading: Fading
    figures: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class _Fitted:
    """A model fitted to all likes. `power`: how users are weighed in it."""

    trained: Trained
    factors: Factors
    fame: NDArray[np.float32]
    matched: Match
    power: float


def train(films: Sequence[Film], vectors: Vectors, config: RatingsConfig, folder: Path, reporter: Reporter) -> Trained:
    """Learn from ratings, and write what a bundle serves of it into its folder. The same input gives the same bytes.

    Args:
        films: of the bundle, in row order.
        vectors: float32 (n_films, dim), what they tell of; rows of NaN or 0 where that is not known.
        config: where the ratings are, and how they are learned from.
        folder: of the bundle.
        reporter: where progress is told.

    Raises:
        ConfigError: there is no such file, or what is said of it does not fit.
        RatingsError: it cannot be read, is of other films, or is too little to learn from.
        BundleError: the disk refuses.
    """
    fitted = _fitted(films, vectors, config, reporter, EaseUw.name)
    Collaborative.of(fitted.factors, fitted.fame, fitted.trained.card).save(folder)
    return fitted.trained


def learn(
    films: Sequence[Film], vectors: Vectors | None, config: RatingsConfig, reporter: Reporter, name: str = EaseUw.name
) -> tuple[Trained, Learned]:
    """Learn from ratings, and return with the model what more ratings can be added to; `train` says more.

    Raises:
        ConfigError: there is no such file, or what is said of it does not fit.
        RatingsError: it cannot be read, is of other films, or is too little to learn from.
    """
    fitted = _fitted(films, vectors, config, reporter, name)
    with reporter.step("count"):
        likes = Interactions.of(fitted.matched.ratings, least=config.liked_from).likes
        learned = Learned(
            card=fitted.trained.card,
            factors=fitted.factors,
            fame=fitted.fame,
            films=tuple(film.id for film in films),
            users=fitted.matched.users,
            ratings=fitted.matched.ratings,
            gram=Gram.of(likes, fitted.power),
        )
    return fitted.trained, learned


def _fitted(
    films: Sequence[Film], vectors: Vectors | None, config: RatingsConfig, reporter: Reporter, name: str
) -> _Fitted:
    with reporter.step("read ratings"):
        given = read_ratings(config)
    with reporter.step("match ratings"):
        matched = match(given, films)
        _check(given, matched, config)
        side = side_of(films, vectors)
    chosen = _chosen(matched.ratings, side, config, reporter)
    with reporter.step("learn"):
        data = Interactions.of(matched.ratings, side, config.liked_from)
        return _Fitted(
            Trained(_card(name, chosen, matched, given.reading, config.liked_from), given.reading, matched.report),
            chosen.model.fit(data).factors,
            fame(chosen.popular.fit(data)),
            matched,
            chosen.model.power,
        )


def _check(given: Given, matched: Match, config: RatingsConfig) -> None:
    """Refuse ratings of no film of the catalogue, or of too few, and say what was read and what came of it."""
    read, found = given.reading, matched.report
    if not found.kept:
        raise RatingsError(
            f"{config.path}: none of {found.films:,} rated films is in the catalogue, as {given.films[0].id[:60]!r};"
            f" {read.rows:,} rows were read, {read.columns}; {NAMING}"
        )
    if (many := _likers(matched.ratings, config)) < FOLDS:
        share = sum(found.matched.values())
        mend = f"{NAMING}; or " if 2 * share < found.films else ""
        raise RatingsError(
            f"{config.path}: {many} users like {LEAST_LIKES} films of the catalogue or more, too few to learn from;"
            f" {share:,} of {found.films:,} rated films are in the catalogue, and {found.kept:,} of {read.rows:,} rows"
            f" count, {read.columns}; {mend}give the ratings of {FOLDS} such users at the least, better of a hundred"
        )


def _likers(ratings: Ratings, config: RatingsConfig) -> int:
    """Return how many users like films enough to be learned from."""
    liked = np.bincount(ratings.users[ratings.liked(config.liked_from)], minlength=ratings.n_users)
    return int((liked >= LEAST_LIKES).sum())


def _chosen(ratings: Ratings, side: ItemSide, config: RatingsConfig, reporter: Reporter) -> _Chosen:
    """Choose all that can be chosen on users held out, and measure it on others; with too few users, the usual."""
    first = next(strong_rounds(ratings, side, FOLDS, config.seed, config.liked_from))
    enough = first.tuning.held.n >= LEAST_USERS
    search = Search(config.trials if enough else 0, config.seed)
    if not enough:
        few = f"{_likers(ratings, config)} users like {LEAST_LIKES} films or more, too few to tune by"
        reporter.tell(f"ratings: {few} ({FOLDS * LEAST_USERS} are enough); the usual settings are taken")
    popular = tuned(Popular, first.tuning, search, config.tuned, reporter)
    model = tuned(EaseUw, first.tuning, search, config.tuned, reporter)
    weights, fading = _usual(side), Fading()
    if enough:
        with reporter.step("mix"):
            weights = _weights(first.tuning, _new(ratings, side, config), model, popular)
            fading = _fading(ratings, side, config, (model, popular, weights))
    with reporter.step("measure"):
        figures = _figures(first, model, popular, weights)
    return _Chosen(model, popular, weights, fading, figures)


def _usual(side: ItemSide) -> Weights:
    """Return the weights where none can be chosen: votes count where any are known, as `Voted` says."""
    return Weights(votes=0.0 if renown_of(side) is None else Voted().weight)


def _weights(known: Split, new: Split | None, model: EaseUw, popular: Popular) -> Weights:
    """Return the weights chosen on users who are asked about all films and, where there are any, about new ones."""
    side = known.train.side
    asked = _mixture(model, popular, known.train), known.held
    weights = replace(mixed(*asked), votes=_usual(side).votes)
    if new is None or not weights.votes:
        return weights
    return voted(weights, (_mixture(model, popular, new.train), new.held), asked)


def _new(ratings: Ratings, side: ItemSide, config: RatingsConfig) -> Split | None:
    """Return a split in which films are hidden as if they were new; None where too few can be to choose by."""
    try:
        found = next(cold_rounds(ratings, side, 1, config.seed, config.liked_from), None)
    except RatingsError:
        return None
    return found.tuning if found is not None and found.tuning.held.n >= LEAST_USERS else None


def _fading(ratings: Ratings, side: ItemSide, config: RatingsConfig, chosen: tuple[EaseUw, Popular, Weights]) -> Fading:
    if np.isnan(ratings.times).any():
        return Fading()  # nobody knows what was the last
    model, popular, weights = chosen
    split = last_round(ratings, side, config.liked_from).tuning
    return well_faded(_mixture(model, popular, split.train, weights), split.held)


def _mixture(
    model: EaseUw,
    popular: Popular,
    data: Interactions,
    weights: Weights = Weights(),  # noqa: B008  # frozen: one may serve all calls
) -> Mixture:
    return Mixture(model.fit(data).factors, fame(popular.fit(data)), data.side.vectors, weights, renown_of(data.side))


def _figures(of: Round, model: EaseUw, popular: Popular, weights: Weights) -> dict[str, float]:
    """Return what the model is worth for users that nothing was chosen by, to four digits."""
    data, held = of.test.train, some_users(of.test.held)
    found = ranked(_mixture(model, popular, data, weights), held, DEPTH)
    plain = ranked(popular.fit(data), held, DEPTH)
    told = {
        "ndcg@10": ndcg(found.hits, found.wanted, DEPTH),
        "recall@10": recall(found.hits, found.wanted, DEPTH),
        "ndcg@10 popular": ndcg(plain.hits, plain.wanted, DEPTH),
    }
    return {"users": float(held.n), **{name: round(float(values.mean()), 4) for name, values in told.items()}}


def _card(name: str, chosen: _Chosen, matched: Match, reading: Reading, liked_from: float) -> ModelCard:
    return ModelCard(
        name=name,
        kind=EaseUw.name,
        trained_on={
            "ratings": matched.report.kept,
            "users": matched.report.users,
            "films": matched.report.rows,
            "liked_from": liked_from,
            "sha256": reading.sha256,
        },
        parameters=asdict(chosen.model),
        figures=chosen.figures,
        fusion=chosen.weights,
        history=chosen.fading,
    )


def _told(values: Mapping[str, Any]) -> str:
    shown = {name: f"{value:.4g}" if isinstance(value, float) else value for name, value in values.items()}
    return ", ".join(f"{name} {value}" for name, value in shown.items())
