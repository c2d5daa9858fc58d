"""Hosted models that are known to serve film search, each by one word. One table, so that nothing about a model is
known in two places.

Prefixes, pooling, context and licence are those of the model cards. `max_chars` is the context in characters: four to a
token is what multilingual vocabularies need for Russian, and texts beyond the context are cut off or refused, depending
on the server. Scores in the notes are nDCG@10 on RuBQ, a Russian retrieval task, from the public MTEB results of 2026.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from kadr.encode.encoder import Profile
from kadr.encode.hosted.addresses import checked_address
from kadr.errors import ConfigError

__all__ = ["DEFAULT", "POOLINGS", "PRESETS", "PROVIDERS", "ModelWishes", "Preset", "preset_of", "profile_of"]

PROVIDERS = ("hf-inference", "deepinfra", "scaleway", "together", "tei", "openai")
"""Who can be asked: four through Hugging Face, and any server of one's own that speaks the format of
text-embeddings-inference (`/embed`) or of OpenAI (`/embeddings`)."""
OWN_SERVERS = ("tei", "openai")
POOLINGS = ("mean", "cls", "last")
MAX_CHARS = 8_000
"""What an unknown model is given of a text, where nothing else is said."""
MIN_DIM, MAX_DIM = 8, 8_192
"""The largest models give 4,096; twice that leaves room."""
_FILM_TASK = "Instruct: Given a description of a film, retrieve the film that it describes\nQuery:"


@dataclass(frozen=True, slots=True)
class Preset:
    """A model and how it wants to be asked.

    `provider`: who was last seen serving it. `dim`: of its vectors. `least_dim`: down to which a vector may be
    truncated (Matryoshka); equal to `dim` where the model was not trained for it. `pooling`: mean, cls or last.
    `context`: the tokens of a text that it reads, `max_chars`: the characters that are sent.
    """

    model: str
    provider: str
    dim: int
    pooling: str
    context: int
    max_chars: int
    licence: str
    query_prefix: str = ""
    passage_prefix: str = ""
    least_dim: int = 0
    note: str = ""


PRESETS: Mapping[str, Preset] = {
    "e5-large": Preset(
        model="intfloat/multilingual-e5-large",
        provider="hf-inference",
        dim=1024,
        pooling="mean",
        context=512,
        max_chars=2_000,
        licence="MIT",
        query_prefix="query: ",
        passage_prefix="passage: ",
        note="the default: hosted longest, RuBQ 74",
    ),
    "bge-m3": Preset(
        model="BAAI/bge-m3",
        provider="hf-inference",
        dim=1024,
        pooling="cls",
        context=8_192,
        max_chars=20_000,
        licence="MIT",
        note="for long texts; RuBQ 71",
    ),
    "e5-small": Preset(
        model="intfloat/multilingual-e5-small",
        provider="hf-inference",
        dim=384,
        pooling="mean",
        context=512,
        max_chars=2_000,
        licence="MIT",
        query_prefix="query: ",
        passage_prefix="passage: ",
        note="the cheap one: an index of a third of the size; RuBQ 69",
    ),
    "qwen3-0.6b": Preset(
        model="Qwen/Qwen3-Embedding-0.6B",
        provider="deepinfra",
        dim=1024,
        pooling="last",
        context=32_768,
        max_chars=20_000,
        licence="Apache-2.0",
        query_prefix=_FILM_TASK,
        least_dim=32,
        note="truncates to 32 and up; RuBQ 67",
    ),
    "qwen3-8b": Preset(
        model="Qwen/Qwen3-Embedding-8B",
        provider="scaleway",
        dim=4096,
        pooling="last",
        context=32_768,
        max_chars=20_000,
        licence="Apache-2.0",
        query_prefix=_FILM_TASK,
        least_dim=32,
        note="the best hosted one: RuBQ 76; set dim = 1024",
    ),
    "rubert-tiny2": Preset(
        model="cointegrated/rubert-tiny2",
        provider="hf-inference",
        dim=312,
        pooling="cls",
        context=2_048,
        max_chars=8_000,
        licence="MIT",
        note="tiny, and no retrieval model: RuBQ 11 where e5-small has 69; for trying things out",
    ),
}
"""By the word that data/catalogue.toml names them with; the first is the default."""
DEFAULT = next(iter(PRESETS))


@dataclass(frozen=True, slots=True)
class ModelWishes:
    """What a configuration says about a model beside its name; what is empty or None is as the table has it."""

    provider: str = ""
    url: str = ""
    pooling: str = ""
    query_prefix: str | None = None
    passage_prefix: str | None = None
    max_chars: int | None = None


def preset_of(model: str) -> Preset | None:
    """Return the preset of a word or of a model's whole name; None where the table has none."""
    if model in PRESETS:
        return PRESETS[model]
    return next((p for p in PRESETS.values() if p.model.lower() == model.lower()), None)


def profile_of(model: str, dim: int | None, wishes: ModelWishes) -> Profile:
    """Return the profile of a hosted model.

    Args:
        model: a preset's word, or the model's whole name (`organisation/name`).
        dim: dimensions of the vectors in the index; None for as many as the model gives.
        wishes: what else was said of the model.

    Raises:
        ConfigError: the model is unknown and too little is said about it, a wish cannot be met, or the address has a
            wrong form. The message names the key of the catalogue file, and never shows the address.
    """
    if wishes.url:  # checked even where another one is asked: it is written into the bundle
        checked_address(wishes.url, "encoder.url")
    preset = preset_of(model) or _own(model, dim, wishes)
    provider = wishes.provider or preset.provider
    if (provider in OWN_SERVERS) != bool(wishes.url):
        raise ConfigError(
            f"encoder.url: the provider {provider!r} needs the address of its server"
            if provider in OWN_SERVERS
            else f"encoder.url: is for a server of your own; add provider = one of {', '.join(OWN_SERVERS)}"
        )
    wanted = dim if dim is not None else preset.dim
    if wanted != preset.dim and not (preset.least_dim and preset.least_dim <= wanted < preset.dim):
        allowed = f"{preset.least_dim} to {preset.dim}" if preset.least_dim else f"{preset.dim}"
        raise ConfigError(f"encoder.dim: {preset.model} gives vectors of {allowed} dimensions, not {wanted}")
    return Profile(
        provider=provider,
        model=preset.model,
        dim=wanted,
        native_dim=preset.dim if wanted != preset.dim else 0,
        query_prefix=preset.query_prefix if wishes.query_prefix is None else wishes.query_prefix,
        passage_prefix=preset.passage_prefix if wishes.passage_prefix is None else wishes.passage_prefix,
        pooling=wishes.pooling or preset.pooling,
        max_chars=wishes.max_chars or preset.max_chars,
        url=wishes.url,
    )


def _own(model: str, dim: int | None, wishes: ModelWishes) -> Preset:
    """Return what a configuration says of a model that the table lacks."""
    if "/" not in model and not wishes.url:
        near = get_close_matches(model.lower(), PRESETS, n=1)
        meant = f" (did you mean {near[0]}?)" if near else ""
        raise ConfigError(
            f"encoder.model: {model!r} is none of {', '.join(PRESETS)}{meant}; another model is named organisation/name"
        )
    if dim is None:
        raise ConfigError(f"encoder.dim: {model} is not in the table; say how many dimensions its vectors have")
    return Preset(
        model=model,
        provider="hf-inference",
        dim=dim,
        pooling=wishes.pooling,
        context=MAX_CHARS // 4,
        max_chars=MAX_CHARS,
        licence="",
    )
