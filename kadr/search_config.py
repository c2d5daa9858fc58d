"""The table [search] of a catalogue file -> how films are searched, checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from kadr.checked_toml import Table
from kadr.errors import ConfigError
from kadr.search.refine_params import MOST_DEPTH, RefineParams
from kadr.source_tables import resolved

__all__ = ["HALVES", "Half", "SearchConfig", "read_search"]

MAX_EXAMPLES = 200
"""Example queries: a page shows a handful."""
MAX_WEIGHT = 100.0
Half = Literal["first", "second", "all"]
HALVES: tuple[Half, ...] = ("first", "second", "all")
SYNONYMS, QUERIES = "synonyms.toml", "queries.txt"
"""Files that are read where they lie beside the catalogue file, and nothing else is said."""


@dataclass(frozen=True, slots=True)
class SearchConfig:
    """How films are searched.

    Attributes:
        field_weights: BM25F weights by field, all fields present, at least one above 0.
        examples: queries that visitors are likely to ask; with a hosted encoder their vectors travel in the bundle.
        synonyms: the file of words that stand for one another.
        queries: the file of popular queries, to be suggested.
        judgments: the file of judged queries that have a say in the weights of the vectors.
        judgments_half: which of them have.
        fine: whether what the rounding of vectors lost is kept, so that the nearest are compared again.
        refine: models that refine an answer.
        theme_names: the chat model that names themes when a bundle is built, "" for their telling words alone.
        theme_names_url: a server of one's own that has it, "" for Hugging Face's router.
    """

    field_weights: Mapping[str, float] = field(
        default_factory=lambda: {"title": 1.5, "original_title": 1.5, "people": 1.5, "description": 1.0, "tags": 1.0},
        hash=False,
    )
    examples: tuple[str, ...] = ()
    synonyms: Path | None = None
    queries: Path | None = None
    judgments: Path | None = None
    judgments_half: Half = "all"
    fine: bool = False
    refine: RefineParams = field(default_factory=RefineParams)
    theme_names: str = ""
    theme_names_url: str = ""


def read_search(table: Table, folder: Path) -> SearchConfig:
    """Return what [search] says.

    Args:
        table: as it was read.
        folder: that of the catalogue file, from which relative paths count.

    Raises:
        ConfigError: a key is unknown or has a wrong value, or a file that it names is not there.
    """
    refined = ("rerank", "rerank_url", "rerank_depth", "rerank_weight")
    rewritten = ("rewrite", "rewrite_url", "retelling_weight", "guess_weight")
    files = ("synonyms", "queries", "judgments")
    named = ("theme_names", "theme_names_url")
    table.only("field_weights", "examples", *files, "judgments_half", "fine", *refined, *rewritten, *named)
    return SearchConfig(
        field_weights=_field_weights(table.table("field_weights")),
        examples=table.list_of_texts("examples", MAX_EXAMPLES),
        synonyms=_file(table, "synonyms", folder, SYNONYMS),
        queries=_file(table, "queries", folder, QUERIES),
        judgments=_file(table, "judgments", folder),
        judgments_half=next(half for half in HALVES if half == table.choice("judgments_half", HALVES, "all")),
        fine=table.switch("fine", default=False),
        refine=_refine(table),
        theme_names=table.text("theme_names", ""),
        theme_names_url=table.text("theme_names_url", ""),
    )


def _file(table: Table, name: str, folder: Path, usual: str = "") -> Path | None:
    """Return the file that a key names; else the usual one where it is there. "" names none."""
    if name not in table.values:
        there = folder / usual
        return there if usual and there.is_file() else None
    told = table.raw(name) or ""
    if not told.strip():
        return None
    path = Path(resolved(told.strip(), folder))
    if not path.is_file():
        raise ConfigError(f"{table.key(name)}: {path}: there is no such file")
    return path


def _refine(table: Table) -> RefineParams:
    usual = RefineParams()
    return RefineParams(
        rerank=table.text("rerank", ""),
        rerank_url=table.text("rerank_url", ""),
        rerank_depth=table.whole("rerank_depth", 1, MOST_DEPTH, usual.rerank_depth),
        rerank_weight=table.number("rerank_weight", 1.0, usual.rerank_weight),
        rewrite=table.text("rewrite", ""),
        rewrite_url=table.text("rewrite_url", ""),
        retelling_weight=table.number("retelling_weight", 1.0, usual.retelling_weight),
        guess_weight=table.number("guess_weight", 1.0, usual.guess_weight),
    )


def _field_weights(table: Table) -> dict[str, float]:
    defaults = SearchConfig().field_weights
    table.only(*defaults)
    weights = {name: table.number(name, MAX_WEIGHT, default) for name, default in defaults.items()}
    if not any(weights.values()):
        raise ConfigError(f"{table.at}: at least one field must weigh more than 0")
    return weights
