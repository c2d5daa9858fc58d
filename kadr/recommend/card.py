"""What a model says of itself: its name, what it was learned from, how good it was, and how its parts are mixed."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from kadr.errors import BundleDamaged
from kadr.recommend.fold_in import Fading

__all__ = ["ModelCard", "Weights"]

FILE = "model.json"
MAX_FILE_BYTES = 1024 * 1024
"""A card has some dozens of numbers."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part of a score counts, each part divided by its standard deviation over all films.

    `collaborative`: who liked the films of the history liked this one, too. `content`: it tells of what they tell.
    `popular`: many who rated liked it. `votes`: nobody liked it yet, and many voted for it elsewhere; 0 where a card
    does not say, as those of older bundles do not.
    """

    collaborative: float = 1.0
    content: float = 0.0
    popular: float = 0.0
    votes: float = 0.0


@dataclass(frozen=True, slots=True)
class ModelCard:
    """The `model.json` of a bundle.

    Attributes:
        name: how the model is called, as "ease-uw".
        kind: what sort it is, as "reduced-rank".
        trained_on: of the ratings: how many, of how many users and films, from which value on they are likes, and the
            SHA-256 of the file.
        parameters: its hyper-parameters.
        figures: what was measured of it on a validation split, by name.
        fusion: how its parts are mixed.
        history: how opinions fade.
    """

    name: str
    kind: str
    trained_on: Mapping[str, Any]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    figures: Mapping[str, float] = field(default_factory=dict)
    fusion: Weights = Weights()  # frozen: one may serve all cards
    history: Fading = Fading()  # noqa: RUF009  # frozen: the same

    def save(self, folder: Path) -> None:
        """Write the card into a folder, the same bytes for the same card."""
        folder.mkdir(parents=True, exist_ok=True)
        told = {
            "name": self.name,
            "kind": self.kind,
            "trained_on": dict(self.trained_on),
            "parameters": dict(self.parameters),
            "figures": dict(self.figures),
            "fusion": asdict(self.fusion),
            "history": asdict(self.history),
        }
        text = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)
        (folder / FILE).write_text(text + "\n", encoding="utf-8", newline="\n")

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Read the card that `save` wrote.

        Raises:
            BundleDamaged: it is missing, or not as `save` writes it.
        """
        path = folder / FILE
        try:
            if path.stat().st_size > MAX_FILE_BYTES:
                raise BundleDamaged(f"{FILE}: is larger than any model's card; rebuild the bundle")
            return cls._read(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
            raise BundleDamaged(f"{FILE}: is missing, or no model's card; rebuild the bundle") from error

    @classmethod
    def _read(cls, data: dict[str, Any]) -> Self:
        name, kind = data["name"], data["kind"]
        if not (isinstance(name, str) and name and isinstance(kind, str)):
            raise TypeError(name)
        tables = {key: dict(data[key]) for key in ("trained_on", "parameters", "figures")}
        fusion, history = (
            {key: _weight(value) for key, value in dict(data[of]).items()} for of in ("fusion", "history")
        )
        if not (history["half_life"] > 0 and history["floor"] <= 1):
            raise ValueError(history)
        return cls(name, kind, fusion=Weights(**fusion), history=Fading(**history), **tables)


def _weight(value: object) -> float:
    """Return a number that is 0 or more."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        raise TypeError(value)
    return float(value)
