"""Vectors by a hosted model: all that it is asked in a build, what that costs, and the encoder distilled from it.

All texts hang on the films and the configuration alone, so that the price is known before anything is sent, and a run
that follows one that was stopped sends the rest and nothing else.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kadr.config import Config
from kadr.encode.encoder import Profile, Role
from kadr.encode.hosted.cache import VectorCache
from kadr.encode.hosted.embedder import Embedder, truncated
from kadr.encode.hosted.job import Embedded, embed
from kadr.encode.hosted.secrets import Keys
from kadr.encode.hosted.serving import resolve_served
from kadr.encode.ready import ReadyQueries
from kadr.engine import Access
from kadr.errors import ServiceWrong
from kadr.film import Film
from kadr.progress import Reporter
from kadr.vectorise.distilling import Given, distilled
from kadr.vectorise.made import Asked, Made, canaries_of
from kadr.vectorise.price import ROLES, Texts, distils, estimated, options_of
from kadr.vectorise.questions import Questions
from kadr.vectorise.voices import Voices
from kadr.vectorise.wishes import model_of
from kadr.weigh import in_memory

__all__ = ["by_hosted"]

Vectors = NDArray[np.float32]
SHOWN = 100
"""Characters of a refused text that are told."""


def by_hosted(
    films: Sequence[Film], questions: Questions, config: Config, folder: Path, reporter: Reporter, access: Access
) -> Made:
    """Embed films and questions through the hosted model; save what the bundle needs of it under `folder`.

    Raises:
        ServiceError: the service did not give what is needed; what it gave is in the cache.
        ConfigError: the model is not known, or the cache cannot be written.
    """
    work = _Work(films, questions, Texts.of(films, questions, config), config, folder, reporter)
    profile = resolve_served(model_of(config), Keys.read(access.environ))
    with VectorCache(config.encoder.cache, profile) as cache:
        for warning in cache.warnings:
            reporter.tell(warning)
        found = estimated(work.texts, cache, options_of(config))
        reporter.tell(found.to_text())
        with closing(access.service(profile, trusted=True)) as service:
            done = {role: _embedded(work, role, due.to_send, service, cache) for role, due in found.plans.items()}
        cache.prune()
        canaries = canaries_of(np.array([canary.vector for canary in done[Role.QUERY].canaries], dtype=np.float32))
        return _made(work, _Reader(cache, profile.with_canaries(canaries)), done)


@dataclass(frozen=True, slots=True)
class _Work:
    """What a build has in hand."""

    films: Sequence[Film]
    questions: Questions
    texts: Texts
    config: Config
    folder: Path
    reporter: Reporter


def _embedded(work: _Work, role: Role, due: int, service: Embedder, cache: VectorCache) -> Embedded:
    """Send what is missing in one role, so many texts, and tell what that took."""
    with work.reporter.step(f"embed {ROLES[role]}", due) as advance:
        options = replace(options_of(work.config), tell=work.reporter.tell)
        done = embed(work.texts.by_role[role], role, service, cache, options, advance)
    work.reporter.tell(f"{ROLES[role]}: {done.spent.to_text()}")
    return done


def _made(work: _Work, read: "_Reader", done: Mapping[Role, Embedded]) -> Made:
    texts = work.texts
    passages, reduced = _plain(work, read)
    void = ~np.fromiter((row.any() for row in passages), dtype=np.bool_, count=len(passages))
    legs = {}
    if work.config.encoder.asks_model:
        legs["hosted"] = Asked(*(read.some(asked, Role.QUERY) for asked in work.questions.by_kind))
        _save_ready(texts.ready, read, work.folder / "queries")
    if void.all():
        reason = next(iter(done[Role.PASSAGE].set_aside)).reason
        raise ServiceWrong(f"{read.profile}: not one film got a vector; the first was refused because: {reason}")
    if distils(work.config):
        with work.reporter.step("distil"):
            words = read.some(texts.words, Role.QUERY)
            given = Given(texts, read.profile, passages, reduced, words)
            legs["distilled"] = distilled(given, work.questions, work.folder / "distilled")
    told = {
        "spent": {role.value: asdict(each.spent) for role, each in done.items()},
        "set_aside": _set_aside(work, done),
    }
    stand_ins = in_memory(reduced, texts.reduced.several)
    return Made(read.profile, passages, void, legs, starts=texts.passages.several, reduced=stand_ins, told=told)


def _plain(work: _Work, read: "_Reader") -> tuple[Vectors, Vectors]:
    """Return the vectors of all passages, on disk, and of those of the reduced films, without their voices."""
    texts = work.texts
    passages = read.mapped(texts.passages.texts)
    voices = Voices.of(work.films, passages, texts.passages.firsts)
    voices.take_out(passages, texts.passages.films)
    rows = work.questions.probes.reduced_rows[texts.reduced.films]
    return passages, voices.without(read.some(texts.reduced.texts, Role.PASSAGE), rows)


def _save_ready(texts: Sequence[str], read: "_Reader", folder: Path) -> None:
    vectors = read.some(texts, Role.QUERY)
    known = np.flatnonzero(~np.isnan(vectors[:, 0])).tolist()
    if known:
        ReadyQueries.of([texts[i] for i in known], vectors[known]).save(folder)


def _set_aside(work: _Work, done: Mapping[Role, Embedded]) -> list[dict[str, str]]:
    """Return the films and queries that got no vector, and why."""
    found, film_of = [], work.texts.passages.films
    for role, each in done.items():
        asked = work.texts.by_role[role]
        for aside in each.set_aside:
            for place in aside.places:
                is_film = role is Role.PASSAGE and place < len(film_of)
                film = work.films[film_of[place]] if is_film else None
                what = {"film": film.id, "title": film.title} if film else {"text": asked[place][:SHOWN]}
                found.append({**what, "reason": aside.reason})
    return found


@dataclass(frozen=True, slots=True)
class _Reader:
    """The vectors that were embedded, at the dimension of the index."""

    cache: VectorCache
    profile: Profile

    def some(self, texts: Sequence[str], role: Role) -> Vectors:
        """Return vectors, float32 (n, dim), a row of NaN for a text that has none."""
        vectors = np.empty((len(texts), self.profile.dim), dtype=np.float32)
        for start, block in self._blocks(texts, role):
            vectors[start : start + len(block)] = np.where(block.any(axis=1, keepdims=True), block, np.nan)
        return vectors

    def mapped(self, passages: Sequence[str]) -> Vectors:
        """Return vectors of films, float32 (n, dim), zeros where there is none, on disk while they are used."""
        shape = (len(passages), self.profile.dim)
        with tempfile.TemporaryFile() as file:
            vectors = np.memmap(file, dtype=np.float32, mode="w+", shape=shape)
        for start, block in self._blocks(passages, Role.PASSAGE):
            vectors[start : start + len(block)] = block
        return vectors

    def _blocks(self, texts: Sequence[str], role: Role) -> Iterator[tuple[int, Vectors]]:
        start = 0
        for block in self.cache.read(texts, role):
            yield start, truncated(block, self.profile.dim)
            start += len(block)
