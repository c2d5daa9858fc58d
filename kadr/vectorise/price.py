"""What a build asks of a hosted model, and what that takes: known before anything is sent."""

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from kadr.config import Config
from kadr.encode.distil import vocabulary
from kadr.encode.encoder import Profile, Role
from kadr.encode.hosted.cache import VectorCache
from kadr.encode.hosted.cost import Plan, plan
from kadr.encode.hosted.options import Options
from kadr.encode.hosted.secrets import token_remedy
from kadr.encode.passages import Passages
from kadr.encode.presets import preset_of
from kadr.engine import Access
from kadr.errors import ServiceRefused
from kadr.film import Film
from kadr.index.columns import build_columns
from kadr.index.mentions import build_mentions
from kadr.search.understand import Known, understand
from kadr.vectorise.made import CANARIES
from kadr.vectorise.questions import Questions
from kadr.vectorise.wishes import model_of, named

__all__ = ["ROLES", "Estimate", "Texts", "check_token", "distils", "estimate", "estimated", "options_of"]

DEADLINE_S = 300.0
"""A model that was asleep is loaded in a minute; after five without an answer a person should look."""
ROLES = {Role.PASSAGE: "passages", Role.QUERY: "queries and words"}


@dataclass(frozen=True, slots=True)
class Texts:
    """All that a hosted model is asked in a build, by what it is for.

    `questions` and `ready` are asked only where the model is to encode queries (`asks_model`).
    """

    passages: Passages
    reduced: Passages
    questions: Sequence[str]
    ready: Sequence[str]
    words: Sequence[str]
    asks_model: bool

    @classmethod
    def of(cls, films: Sequence[Film], questions: Questions, config: Config) -> "Texts":
        """Return the texts."""
        passages = Passages.of(films)
        genres = sorted({genre for film in films for genre in film.genres})
        return cls(
            passages=passages,
            reduced=questions.reduced,
            questions=[*questions.pieces.texts, *questions.pieces.nonsense, *questions.probe_queries],
            ready=[*_likely(config.search.examples, films), *genres] if config.encoder.name == "hosted" else (),
            words=vocabulary(passages.wholes) if distils(config) else (),
            asks_model=config.encoder.asks_model,
        )

    @property
    def by_role(self) -> Mapping[Role, Sequence[str]]:
        """All texts in the roles in which they are asked."""
        asked = [*self.ready, *self.questions] if self.asks_model else []
        return {Role.PASSAGE: [*self.passages.texts, *self.reduced.texts], Role.QUERY: [*asked, *self.words]}


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a build will ask of a hosted model. `unreadable`: the cache's name if it is damaged, or being written."""

    profile: Profile
    plans: Mapping[Role, Plan]
    unreadable: str = ""

    def to_text(self) -> str:
        """Return a line a role, below the model's."""
        lines = [f"{ROLES[role]}: {found.to_text()}" for role, found in self.plans.items()]
        if self.unreadable:
            lines.append(
                f"{self.unreadable}: is damaged, or another build is writing it; not all of it could be counted"
            )
        preset = preset_of(self.profile.model)
        licence = f", licence {preset.licence}, reads {preset.context:,} tokens of a text" if preset else ""
        return "\n".join([f"hosted encoder {self.profile}{licence}", *lines])

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "model": str(self.profile),
            "unreadable": self.unreadable,
            **{role.value: asdict(found) for role, found in self.plans.items()},
        }


def _likely(examples: Sequence[str], films: Sequence[Film]) -> list[str]:
    """Return likely queries as they are asked: as typed, and as what remains when their wishes are read out of it.

    A search looks for what remains; suggestions, and a visitor who takes the wishes away, ask for the query as typed.
    """
    if not examples:
        return []
    columns = build_columns(films)
    known = Known(columns, build_mentions(films, columns))
    texts = (text for each in examples for text in (each, understand(each, known).text))
    return [text for text in dict.fromkeys(texts) if text]


def estimate(films: Sequence[Film], questions: Questions, config: Config) -> Estimate:
    """Return what a build of these films would ask of the hosted model; nothing is sent, nothing is written.

    Raises:
        ConfigError: the model is not known, or the cache cannot be read.
    """
    texts = Texts.of(films, questions, config)
    with named(config), tempfile.TemporaryDirectory() as nowhere:
        profile = model_of(config)
        # A copy: opening a cache may mend it or move it aside, and another build may have it open.
        path, copy = config.encoder.cache, Path(nowhere) / config.encoder.cache.name
        for suffix in ("", ".wal"):
            if (kept := path.with_name(path.name + suffix)).is_file():
                shutil.copyfile(kept, copy.with_name(copy.name + suffix))
        with VectorCache(copy, profile) as cache:
            found = estimated(texts, cache, options_of(config))
            return replace(found, unreadable=path.name if cache.warnings else "")


def check_token(config: Config, access: Access) -> None:
    """Stop before anything is read where nothing can come of it.

    Raises:
        ServiceRefused: there is no token, and the service answers nobody without one.
        ConfigError: the model is not known, or the address or the token has a wrong form.
    """
    with closing(access.service(model_of(config), trusted=True)) as service:
        if not service.may_ask and not config.encoder.cache.exists():  # which may hold all that is needed
            raise ServiceRefused(
                f"{service.token_variable} is not set, and {service.host} answers nobody without a token; "
                f"{token_remedy(service.token_variable)}, or set encoder.name to local, embedded or static"
            )


def options_of(config: Config) -> Options:
    """Return the bounds of a job."""
    return Options(
        canaries=CANARIES, batch=config.encoder.batch, concurrency=config.encoder.concurrency, deadline=DEADLINE_S
    )


def distils(config: Config) -> bool:
    """Tell whether an encoder is distilled from the model."""
    return config.encoder.distil or not config.encoder.asks_model


def estimated(texts: Texts, cache: VectorCache, options: Options) -> Estimate:
    """Return what embedding these texts takes, with what the cache has."""
    plans = {role: plan(asked, role, cache, options) for role, asked in texts.by_role.items()}
    return Estimate(cache.profile, plans)
