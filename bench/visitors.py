"""Two hundred visitors of an engine whose hosted encoder is well, or is not: what they get, and how long they wait."""

import io
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from bench.burst import at_once, waited
from kadr.build import build
from kadr.config import load_config
from kadr.engine import Access, Engine
from kadr.progress import Lines

__all__ = ["built", "visits", "words_alone"]

FILMS = 1_000
NO_LOGIN = {"HF_HUB_DISABLE_IMPLICIT_TOKEN": "1"}


def built(folder: Path, model: str, dim: int, serve: Callable[[], AbstractContextManager[str]]) -> Path:
    """Build a catalogue through a server, without a distilled encoder; return its bundles."""
    draw = random.Random(2)
    words = [f"{a}{b}{c}" for a in ("мор", "лун", "дом", "лес", "сад") for b in "аеиоу" for c in "клмнрст"]
    rows = [
        {"id": f"{i}", "title": f"Фильм {i}", "description": " ".join(draw.choices(words, k=60))} for i in range(FILMS)
    ]
    text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    (folder / "films.jsonl").write_text(text, encoding="utf-8")
    config = folder / "catalogue.toml"
    config.write_text(
        '[[sources]]\nkind = "file"\nname = "bench"\npath = "films.jsonl"\n[encoder]\nname = "hosted"\n'
        f'model = "{model}"\ndim = {dim}\npooling = "mean"\ncache = "vectors.duckdb"\ndistil = false\n'
        '[publish]\npath = "bundles"\n',
        encoding="utf-8",
    )
    with serve() as url:
        build(load_config(config), folder / "bundles", Lines(io.StringIO()), access=Access(NO_LOGIN, url))
    return folder / "bundles"


def words_alone(bundles: Path, queries: Sequence[str]) -> float:
    """Return the seconds within which 99 of 100 visitors at once are answered by the words: what work takes here."""
    with Engine.open(bundles) as engine:
        engine.search("море", mode="lexical")
        return waited(at_once(lambda query: engine.search(query, mode="lexical"), queries)[1], 99)


def visits(bundles: Path, url: str, queries: Sequence[str], budget_s: float) -> tuple[Counter[str], float]:
    """Ask all at once; return who or what stood behind the answers, and the seconds of 99 of 100 visitors."""
    with Engine.open(bundles, Access(NO_LOGIN, url, warm=True)) as engine:
        engine.search("море", mode="lexical")
        time.sleep(1)  # as an app that has been up for a moment
        answers, seconds = at_once(lambda query: engine.search(query, budget_ms=budget_s * 1_000), queries)
    return Counter(answer.encoder or answer.degraded for answer in answers), waited(seconds, 99)
