"""What a bundle holds besides its manifest: films with their vectors, postings, columns, themes and map, written."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kadr.bundle import resolve
from kadr.catalogue.table import write_films
from kadr.config import Config
from kadr.engine import Access
from kadr.errors import BundleError, ConfigError, RatingsError
from kadr.film import Film
from kadr.index.arrays import save
from kadr.index.columns import build_columns
from kadr.index.lexical import NO_SYNONYMS, LexicalIndex, LexicalParams, build_lexical
from kadr.index.mentions import build_mentions
from kadr.index.places import Places
from kadr.index.queries import answered, read_queries
from kadr.index.themes import Themes
from kadr.index.thesaurus import Thesaurus
from kadr.index.titles import build_titles
from kadr.index.vectors import VectorIndex, write_vectors
from kadr.progress import Reporter
from kadr.search.params import Leg
from kadr.synonyms import read_synonyms
from kadr.themes.chat import ChatNamer
from kadr.themes.make import make_themes
from kadr.themes.places import make_places
from kadr.vectorise import Made, Questions, legs_of, vectorise
from kadr.vectorise.judged import judged_queries

__all__ = ["Indexed", "Shown", "index", "namer", "questions_of", "shown_in"]

Shown = tuple[Themes | None, Places | None]
"""The themes and the map of a bundle, None where it has none."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """What the index stage made, on its way into the manifest. `ratings`: how many there were, by whom, of which films;
    empty where nothing was learned from any.
    """

    made: Made
    lexical: LexicalIndex
    legs: Mapping[str, Leg]
    quality: Mapping[str, Any]
    themes: int
    ratings: Mapping[str, int] = field(default_factory=dict)


def index(  # the stages' inputs, each of its own kind
    films: Sequence[Film], config: Config, folder: Path, reporter: Reporter, access: Access, before: Shown
) -> Indexed:
    """Write all that is found in a bundle into its folder, and return what the manifest tells of it.

    Args:
        films: in row order.
        config: of the catalogue.
        folder: of the bundle to be.
        reporter: where progress is told.
        access: how a hosted model may be asked.
        before: of the bundle that is current, whose names and places go on.

    Raises:
        ServiceError: a hosted model did not give the vectors.
        ConfigError: the file of ratings is not there, or what is said of it does not fit.
        BundleError: the disk refuses.
    """
    questions = questions_of(films, config)
    made = vectorise(films, questions, config, folder / "encoder", reporter, access)
    with reporter.step("themes"):
        themes = make_themes(made.of_wholes(), films, before[0], namer(config, access, reporter.tell))
        columns = build_columns(films, themes)
    with reporter.step("map"):
        make_places(made.of_wholes(), films, columns.popularity, before[1]).save(folder / "columns")
    with reporter.step("index"):
        ids = [film.id for film in films]
        path = folder / "films.usearch"
        norms = write_vectors(path, made.vectors, ids, made.void, made.starts, fine=config.search.fine)
        columns.save(folder / "columns")
        save(folder / "columns" / "norms.npy", norms)
        write_films(folder / "films.duckdb", films, columns.popularity.tolist(), themes.themes)
        lexical = _lexical(films, config)
        lexical.save(folder / "lexical")
        build_titles(films, columns.popularity, _queries(config, lexical)).save(folder / "titles")
        build_mentions(films, columns).save(folder / "mentions")
    with reporter.step("weigh"):
        legs, quality = legs_of(films, made, questions, VectorIndex.open(path, norms), lexical)
    ratings = _train(films, made, config, folder, reporter)
    return Indexed(made, lexical, legs, quality, len(themes.themes), ratings)


def _train(films: Sequence[Film], made: Made, config: Config, folder: Path, reporter: Reporter) -> Mapping[str, int]:
    """Train on the ratings that a configuration names, and return what the manifest counts of them.

    Ratings that nothing can be learned from cost the bundle its recommendations by ratings, and nothing else.
    """
    if config.ratings is None:
        return {}
    from kadr.recommend.train.job import train

    try:
        trained = train(films, made.of_wholes(), config.ratings, folder, reporter)
    except ConfigError as fault:
        raise ConfigError(f"{config.path}: ratings: {fault}") from fault
    except RatingsError as fault:
        reporter.tell(f"ratings: {fault}; the bundle is built without recommendations by ratings")
        return {}
    reporter.tell(trained.to_text())
    return trained.counts


def questions_of(films: Sequence[Film], config: Config) -> Questions:
    """Return what a new encoder is asked with; of judged queries those that the configuration names."""
    search = config.search
    judged = judged_queries(str(search.judgments), search.judgments_half, films) if search.judgments else ()
    return Questions.of(films, paid=config.encoder.name == "hosted", judged=judged)


def shown_in(root: Path) -> Shown:
    """Return the themes and the map of the bundle that is current, which go on; None where none can be read."""
    try:
        columns = resolve(root) / "columns"
        themes = Themes.open(columns)
        return themes, Places.open(columns, themes.of_film.size)
    except (BundleError, OSError, ValueError):
        return None, None


def namer(config: Config, access: Access, tell: Callable[[str], None] = print) -> ChatNamer | None:
    """Return the chat model that names themes, None where none is named; nothing is sent.

    Raises:
        ConfigError: its name, its address or a token has a wrong form.
    """
    search = config.search
    if not search.theme_names:
        return None
    router = "" if config.encoder.wishes.url else access.base  # which then stands for the encoder's own server
    book = config.encoder.cache.with_name("theme-names.json")
    return ChatNamer.of(search.theme_names, search.theme_names_url, access, router=router, book=book, tell=tell)


def _lexical(films: Sequence[Film], config: Config) -> LexicalIndex:
    path, params = config.search.synonyms, LexicalParams(weights=config.search.field_weights)
    return build_lexical(films, params, Thesaurus.of(read_synonyms(path)) if path else NO_SYNONYMS)


def _queries(config: Config, lexical: LexicalIndex) -> Mapping[str, Sequence[int]]:
    """Return the popular queries that this catalogue answers."""
    path = config.search.queries
    return answered(read_queries(path), lexical) if path else {}
