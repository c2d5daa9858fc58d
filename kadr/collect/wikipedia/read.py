"""The whole way from a source's settings to its films: list them, read their entries, their names, their articles."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kadr.collect.harvest import DAY_S, Harvest, Reject, crashed, none_is_a_film, stale_note
from kadr.collect.wikipedia.answers import Api, Patience
from kadr.collect.wikipedia.articles import Article, ask_articles
from kadr.collect.wikipedia.entity import Entity, entity_url, read_entity
from kadr.collect.wikipedia.entries import Names, ask_entries, batches
from kadr.collect.wikipedia.film import film_of
from kadr.collect.wikipedia.listing import Listed, list_films
from kadr.errors import KadrError, PageError, RowError, SourceError
from kadr.film import Film
from kadr.progress import Advance
from kadr.sources import WikipediaSource

if TYPE_CHECKING:
    from kadr.collect.fetch.client import Fetcher

__all__ = ["read_wikipedia"]

NAMELESS = "its people, genres or countries could not be named"
_MAX_TITLE = 100  # of a reject


def read_wikipedia(
    source: WikipediaSource, fetcher: "Fetcher", *, progress: Advance, pause: Callable[[float], None] = time.sleep
) -> Harvest:
    """Return the films of a source, the most widely known first.

    A broken entry, name or article costs those films alone. What could not be listed stands in the notes.

    Args:
        source: what to read.
        fetcher: sends the requests; of the APIs, `robots.txt` does not speak.
        progress: told what is being listed, then how many films are done, and of how many.
        pause: waits so many seconds while the servers lag.

    Raises:
        SourceError: nothing could be listed, or nothing that was is a film.
    """
    reader = _Reader(source, fetcher, Patience(pause))
    listing = list_films(source, reader.api(source.sparql), progress)
    place = {film.qid: film for film in listing.films}
    done: dict[str, Film | Reject] = {}
    for batch in batches(place):
        done |= reader.read(batch, place)
        progress(len(done), len(listing.films))
    films: dict[str, Film] = {}
    rejects = []
    for row, listed in enumerate(listing.films, 1):
        outcome = done[listed.qid]
        if isinstance(outcome, Film):
            films.setdefault(outcome.id, outcome)
        else:
            rejects.append(_numbered(outcome, row, listed))
    notes = listing.notes + reader.notes + stale_note("answers", fetcher.stale)
    if not rejects and not films:
        raise SourceError(f"source {source.name}: no film matches; widen years, kinds or known_in")
    if not films:
        raise SourceError(none_is_a_film(source.name, "entries", rejects, "the first one:"))
    return Harvest(source.name, len(listing.films), tuple(films.values()), tuple(rejects), notes=notes)


@dataclass(slots=True)
class _Reader:
    """Reads films batch by batch; keeps the names it has learnt."""

    source: WikipediaSource
    fetcher: "Fetcher"
    patience: Patience
    names: Names = field(init=False)
    unread: int = 0

    def __post_init__(self) -> None:
        self.names = Names(self.api(self.source.wikidata), self.source.languages)

    @property
    def notes(self) -> tuple[str, ...]:
        """Say what films lack that were read all the same."""
        return (f"{self.unread:,} articles in further languages could not be had",) if self.unread else ()

    def api(self, base: str) -> Api:
        return Api(self.fetcher, base, self.source.refresh_days * DAY_S, self.patience)

    def read(self, qids: Sequence[str], place: Mapping[str, Listed]) -> dict[str, Film | Reject]:
        """Return what became of some films, by the numbers of their entries."""
        languages = self.source.languages
        raw, failed = ask_entries(self.api(self.source.wikidata), qids, languages, "labels|claims|sitelinks")
        done: dict[str, Film | Reject] = {qid: _reject(fault) for qid, fault in failed.items()}
        entities: dict[str, Entity] = {}
        for qid in qids:
            with _kept(done, qid):
                if qid not in failed:
                    entities[qid] = read_entity(raw.get(qid, {"id": qid, "missing": True}), languages)
        self.names.learn(name for entity in entities.values() for name in entity.named)
        articles, faults = self._articles(entities, place)
        done |= {qid: _reject(fault) for qid, fault in faults.items()}
        for qid in entities.keys() - faults.keys():
            with _kept(done, qid):
                done[qid] = self._film(place[qid], entities[qid], articles[qid])
        return done

    def _film(self, listed: Listed, entity: Entity, articles: Mapping[str, Article]) -> Film:
        """Return a film whose parts were all had.

        Raises:
            PageError: a name is missing that there is, or as `film_of`.
            RowError: as `film_of`.
        """
        if fault := self.names.fault(entity.named):
            raise PageError(entity_url(entity.qid), NAMELESS, fault.reason)
        return film_of(self.source.name, self.source.languages, listed, entity, articles, self.names)

    def _articles(
        self, entities: Mapping[str, Entity], place: Mapping[str, Listed]
    ) -> tuple[dict[str, dict[str, Article]], dict[str, PageError]]:
        """Return the articles of films by language, and why the required ones of others could not be had."""
        got: dict[str, dict[str, Article]] = {qid: {} for qid in entities}
        faults: dict[str, PageError] = {}
        for language in self.source.languages:
            required = language == self.source.languages[0]
            titles = {qid: entity.titles.get(language, "") for qid, entity in entities.items()}
            if required:
                titles = {qid: title or place[qid].title for qid, title in titles.items()}
            wanted = list(dict.fromkeys(filter(None, titles.values())))
            found, failed = ask_articles(self.api(self.source.articles.format(language=language)), wanted)
            for qid, title in titles.items():
                if title in found:
                    got[qid][language] = found[title]
                elif title in failed and required:
                    faults[qid] = failed[title]
                elif title in failed:
                    self.unread += 1
        return got, faults


@contextmanager
def _kept(done: dict[str, Film | Reject], qid: str) -> Iterator[None]:
    """Make a reject of what goes wrong with one film."""
    try:
        yield
    except PageError as fault:
        done[qid] = _reject(fault)
    except RowError as fault:
        done[qid] = Reject(0, fault.field, fault.reason, url=entity_url(qid))
    except KadrError:
        raise
    except Exception as fault:  # noqa: BLE001  # an entry that breaks the reader must cost that film, not the run
        done[qid] = Reject(0, "page", crashed(fault), url=entity_url(qid))


def _reject(fault: PageError) -> Reject:
    return Reject(0, "page", fault.reason, url=fault.url, detail=fault.detail)


def _numbered(reject: Reject, row: int, listed: Listed) -> Reject:
    """Return a reject with its place in the list, and what a person knows the film by."""
    return replace(reject, row=row, title=listed.title[:_MAX_TITLE], url=reject.url or entity_url(listed.qid))
