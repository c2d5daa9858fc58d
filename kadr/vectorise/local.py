"""Vectors by an encoder that needs no service: fitted on the films, taken whole, or run where the index is built."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kadr.config import Config, EncoderConfig
from kadr.encode.casing import Casing
from kadr.encode.encoder import Encoder, Role
from kadr.encode.fit import DIM, fit_embedded
from kadr.encode.local import FULL_DIM, LocalModel, local_profile
from kadr.encode.passages import Passages
from kadr.encode.take_static import DEFAULT_MODEL, take_static
from kadr.film import Film
from kadr.probes import reduced_films
from kadr.progress import Reporter
from kadr.vectorise.distilling import Given, distilled
from kadr.vectorise.made import CANARIES, Asked, Made, canaries_of
from kadr.vectorise.price import Texts, distils
from kadr.vectorise.projecting import Parts, fit_projection
from kadr.vectorise.questions import Questions
from kadr.vectorise.voices import Voices
from kadr.weigh import in_memory

__all__ = ["by_embedded", "by_local", "by_static"]

BATCH = 256
Vectors = NDArray[np.float32]


def by_embedded(
    films: Sequence[Film], questions: Questions, config: EncoderConfig, folder: Path, reporter: Reporter
) -> Made:
    """Fit the embedded encoder on the films, save it under `folder` and encode with it."""
    dim = config.dim or DIM
    passages = Passages.of(films)
    with reporter.step("fit the encoder"):
        encoder = fit_embedded(passages.wholes, dim)
        encoder.save(folder / "embedded")
    vectors = _encoded(encoder, passages.texts, reporter)
    made = replace(_made(encoder, "embedded", vectors, questions), starts=passages.several)
    with reporter.step("fit for the probes"):
        reduced = Passages.of(reduced_films(films, questions.probes))
        blind = fit_embedded(reduced.wholes, dim)
        probes = _all(blind, questions.probe_queries, Role.QUERY)
        return replace(
            made,
            blind=in_memory(_all(blind, reduced.texts, Role.PASSAGE), reduced.several),
            legs={"embedded": replace(made.legs["embedded"], probes=probes)},
        )


def by_static(
    films: Sequence[Film], questions: Questions, config: EncoderConfig, folder: Path, reporter: Reporter
) -> Made:
    """Take a static model, save what the films need of it under `folder` and encode with it."""
    passages = Passages.of(films)
    with reporter.step("take the static model"):
        encoder = take_static(config.model or DEFAULT_MODEL, passages.wholes, dim=config.dim)
        encoder.save(folder / "static")
    vectors = _encoded(encoder, passages.texts, reporter)
    made = _made(encoder, "static", vectors, questions)
    reduced = questions.reduced
    stand_ins = in_memory(_all(encoder, reduced.texts, Role.PASSAGE), reduced.several)
    return replace(made, starts=passages.several, reduced=stand_ins)


def by_local(films: Sequence[Film], questions: Questions, config: Config, folder: Path, reporter: Reporter) -> Made:
    """Encode with the local model, and save under `folder` the encoder distilled from it.

    Raises:
        ConfigError: the model's package is not installed.
    """
    texts = Texts.of(films, questions, config)
    model = LocalModel(local_profile(FULL_DIM))
    whole = _encoded(model, texts.passages.texts, reporter)
    voices = Voices.of(films, whole, texts.passages.firsts)
    voices.take_out(whole, texts.passages.films)
    wanted = local_profile(config.encoder.dim)
    # Not of films that the probes ask for: those are to tell what a stranger's question finds.
    parts = Parts.of(films, aside=questions.probes.reduced)
    with reporter.step("fit the projection", len(parts.texts)) as advance:
        told = voices.without(_all(model, parts.texts, Role.PASSAGE, advance), parts.rows)
        projection = fit_projection(whole[texts.passages.firsts], told, parts.rows, wanted.dim)
    canaries = canaries_of(model.given(CANARIES))
    profile = replace(wanted, revision=projection.fingerprint(), canaries=canaries)
    casing = Casing.of(films)
    model, vectors = LocalModel(profile, projection, casing), projection(whole)
    # The reduced films are those of the probes, by their places among these.
    rows = questions.probes.reduced_rows[texts.reduced.films]
    reduced = projection(voices.without(model.given(texts.reduced.texts), rows))
    legs = {}
    if config.encoder.asks_model:
        projection.save(folder / "local")
        casing.save(folder / "local")
        legs["local"] = Asked(*(_all(model, asked, Role.QUERY) for asked in questions.by_kind))
    if distils(config):
        with reporter.step("encode the words", len(texts.words)) as advance:
            words = _all(model, texts.words, Role.QUERY, advance)
        with reporter.step("distil"):
            given = Given(texts, profile, vectors, reduced, words)
            legs["distilled"] = distilled(given, questions, folder / "distilled")
    void = np.zeros(len(vectors), dtype=np.bool_)
    stand_ins = in_memory(reduced, texts.reduced.several)
    return Made(profile, vectors, void, legs, starts=texts.passages.several, reduced=stand_ins)


def _made(encoder: Encoder, leg: str, vectors: Vectors, questions: Questions) -> Made:
    asked = Asked(
        pieces=_all(encoder, questions.pieces.texts, Role.QUERY),
        nonsense=_all(encoder, questions.pieces.nonsense, Role.QUERY),
        probes=_all(encoder, questions.probe_queries, Role.QUERY),
    )
    profile = encoder.profile.with_canaries(canaries_of(_all(encoder, CANARIES, Role.QUERY)))
    void = np.fromiter((encoder.is_void(vector) for vector in vectors), dtype=np.bool_, count=len(vectors))
    return Made(profile, vectors, void, {leg: asked})


def _encoded(encoder: Encoder, passages: Sequence[str], reporter: Reporter) -> Vectors:
    with reporter.step("encode", len(passages)) as advance:
        return _all(encoder, passages, Role.PASSAGE, advance)


def _all(
    encoder: Encoder, texts: Sequence[str], role: Role, advance: Callable[[int], None] = lambda _: None
) -> Vectors:
    vectors = np.empty((len(texts), encoder.profile.dim), dtype=np.float32)
    for start in range(0, len(texts), BATCH):
        vectors[start : start + BATCH] = encoder.encode(texts[start : start + BATCH], role)
        advance(min(start + BATCH, len(texts)))
    return vectors
