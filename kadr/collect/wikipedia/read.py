"""The whole way from a source's settings to its films: list them, read their entries, their names, their articles."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kadr.collect.harvest import Harvest, Reject
from kadr.collect.wikipedia.answers import Api
from kadr.collect.wikipedia.articles import Article, ask_articles
from kadr.collect.wikipedia.entity import Entity, entity_url, read_entity
from kadr.collect.wikipedia.entries import Names, ask_entries, batches
from kadr.collect.wikipedia.film import film_of
from kadr.collect.wikipedia.listing import Listed, list_films
from kadr.errors import PageError, RowError
from kadr.film import Film
from kadr.progress import Advance
from kadr.sources import WikipediaSource

if TYPE_CHECKING:
    from kadr.collect.fetch.client import Fetcher

__all__ = ["read_wikipedia"]


_MAX_TITLE = 100  # of a reject
_DAY_S = 86_400.0


def read_wikipedia(
    source: WikipediaSource,
    fetcher: "Fetcher",
    *,
    progress: Advance,
    limit: int | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> Harvest:
    """Return the films of a source, the most widely known first.

    A broken entry or article costs that film alone. What could not be listed, or named, stands in the notes.

    Args:
        source: what to read.
        fetcher: sends the requests; of the APIs, `robots.txt` does not speak.
        progress: told how many films are done, and of how many.
        limit: most films, besides the source's own limit.
        pause: waits so many seconds while the servers lag.

    Raises:
        SourceError: nothing could be listed.
    """
    limits = [each for each in (limit, source.limit) if each is not None]
    reader = _Reader(source, fetcher, pause)
    listing = list_films(source, reader.api(source.sparql), min(limits, default=None))
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
    return Harvest(
        source.name, len(listing.films), tuple(films.values()), tuple(rejects), notes=listing.notes + reader.notes
    )


@dataclass(slots=True)
class _Reader:
    """Reads films batch by batch; keeps the names it has learnt."""

    source: WikipediaSource
    fetcher: "Fetcher"
    pause: Callable[[float], None]
    names: Names = field(init=False)
    unread: int = 0

    def __post_init__(self) -> None:
        self.names = Names(self.api(self.source.wikidata), self.source.languages)

    @property
    def notes(self) -> tuple[str, ...]:
        """Say what films lack that were read all the same."""
        counts = {
            "names of people, genres or countries": self.names.missed,
            "articles in further languages": self.unread,
        }
        return tuple(f"{count} {what} could not be had" for what, count in counts.items() if count)

    def api(self, base: str) -> Api:
        return Api(self.fetcher, base, self.source.refresh_days * _DAY_S, self.pause)

    def read(self, qids: Sequence[str], place: Mapping[str, Listed]) -> dict[str, Film | Reject]:
        """Return what became of some films, by the numbers of their entries."""
        languages = self.source.languages
        raw, failed = ask_entries(self.api(self.source.wikidata), qids, languages, "labels|claims|sitelinks")
        done: dict[str, Film | Reject] = {qid: _reject(fault) for qid, fault in failed.items()}
        entities: dict[str, Entity] = {}
        for qid in qids:
            try:
                if qid not in failed:
                    entities[qid] = read_entity(raw.get(qid, {"id": qid, "missing": True}), languages)
            except PageError as fault:
                done[qid] = _reject(fault)
        self.names.learn(name for entity in entities.values() for name in entity.named)
        articles, faults = self._articles(entities, place)
        done |= {qid: _reject(fault) for qid, fault in faults.items()}
        for qid in entities.keys() - faults.keys():
            try:
                done[qid] = film_of(self.source.name, languages, place[qid], entities[qid], articles[qid], self.names)
            except PageError as fault:
                done[qid] = _reject(fault)
            except RowError as fault:
                done[qid] = Reject(0, fault.field, fault.reason, url=entity_url(qid))
        return done

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


def _reject(fault: PageError) -> Reject:
    return Reject(0, "page", fault.reason, url=fault.url)


def _numbered(reject: Reject, row: int, listed: Listed) -> Reject:
    """Return a reject with its place in the list, and what a person knows the film by."""
    return replace(reject, row=row, title=listed.title[:_MAX_TITLE], url=reject.url or entity_url(listed.qid))
