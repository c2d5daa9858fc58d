"""The models of a training server: listed, asked, trained anew, with the bundle of the moment for the films."""

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kadr.engine import Engine
from kadr.errors import BundleDamaged, KadrError
from kadr.film import MAX_RATING
from kadr.live import Live
from kadr.progress import Reporter
from kadr.recommend.train.store import Store, Stored
from kadr.trainer.arriving import arrived, read_json, resolved
from kadr.trainer.asked import TrainParameters
from kadr.trainer.jobs import Work
from kadr.trainer.learning import Lesson, learn
from kadr.trainer.naming import Names
from kadr.trainer.ready import Ready
from kadr.trainer.solving import KINDS
from kadr.web.logs import LOG
from kadr.web.predicting import check_model
from kadr.web.problems import Fault, Problem

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Workshop"]

MOST_READY = 2
"""Models that are kept open; one of a million ratings holds some 50 MB of names."""


class Workshop:
    """May be used from many threads at once.

    Args:
        store: the trained models.
        live: gives the bundle of the moment.
    """

    def __init__(self, store: Store, live: Live) -> None:
        self._store, self._live = store, live
        self._ready: dict[tuple[str, int, Path], Ready] = {}
        self._named: tuple[Path, Names] | None = None
        self._lock = threading.Lock()

    def told(self) -> dict[str, Any]:
        """Return all models with what they say of themselves, and what can be trained."""
        names = self._store.names()
        return {
            "models": [each for each in map(self._about, names) if each is not None],
            "trainable": sorted({*names, *KINDS}),
        }

    def ready(self, name: str) -> Ready:
        """Return the newest version of a model, ready to be asked.

        Raises:
            Problem: there is no such model, or it cannot be opened, or there is no bundle.
        """
        engine, stored = self._engine(), self._stored(name)
        key = (name, stored.version, engine.path)
        with self._lock:
            found = self._ready.get(key)
            if found is None:
                found = self._ready[key] = Ready.of(stored, engine)
                while len(self._ready) > MOST_READY:
                    self._ready.pop(next(iter(self._ready)))
        return found

    def training(self, asked: TrainParameters, body: bytes) -> Work:
        """Return the work that a request for training asks for, its ratings checked.

        Raises:
            Problem: something of it is wrong; it tells what.
        """
        name, engine = asked.model_name, self._engine()
        check_model(name, {*self._store.names(), *KINDS})
        base = self._base(name)
        trained_on = base.learned.card.trained_on if base else {}
        came = arrived(read_json(body), asked.scale or float(trained_on.get("scale", MAX_RATING)))
        came = resolved(came, self._names(engine).ids(came.films))

        def work(tell: Reporter) -> Mapping[str, Any]:
            with tell.step("read films"):
                catalogue = tuple(engine.films())
            now = self._base(name)  # another training may have ended while these ratings were read
            kind = now.learned.card.kind if now and now.learned.name == name else name
            lesson = Lesson(
                name, kind, now.learned if now else None, came, catalogue, asked.validation_split, asked.patience
            )
            learned, told = learn(lesson, tell)
            with tell.step("save"):
                version = self._store.save(learned)
            return {"version": version, **told}

        return work

    def _engine(self) -> Engine:
        try:
            return self._live.current().engine
        except KadrError as error:
            LOG.warning("no bundle", extra={"told": {"error": str(error)}})
            detail = "No bundle is there, or what is there cannot be opened; build one with kadr build"
            raise Problem("no_bundle", Fault(detail), status=404) from error

    def _names(self, engine: Engine) -> Names:
        """Return what the films of a bundle are called; read once a bundle, which takes a second for 40,000 films."""
        with self._lock:
            if self._named is None or self._named[0] != engine.path:
                self._named = engine.path, Names.of(engine.films())
            return self._named[1]

    def _stored(self, name: str) -> Stored:
        check_model(name, self._store.names())
        try:
            return self._store.load(name)
        except BundleDamaged as error:
            LOG.warning("model damaged", extra={"told": {"error": str(error)}})
            detail = "The newest version of this model cannot be opened; the server's log says why"
            raise Problem("no_model", Fault(detail, "model_name")) from error

    def _about(self, name: str) -> dict[str, Any] | None:
        """Return what `/models` lists of a model; None of one that cannot be read."""
        try:
            about = self._store.about(name)
        except KadrError as error:
            LOG.warning("model damaged", extra={"told": {"error": str(error)}})
            return None
        card = about.card
        return {
            "name": name,
            "kind": card.kind,
            "version": about.version,
            "versions": list(self._store.versions(name)),
            "at": about.at,
            "trained_on": dict(card.trained_on),
            "parameters": dict(card.parameters),
            "figures": dict(card.figures),
        }

    def _base(self, name: str) -> Stored | None:
        """Return what a training begins with: the model itself, else the ratings of the one that was trained last."""
        if name in self._store.names():
            return self._stored(name)
        told = [each for each in map(self._about, self._store.names()) if each is not None]
        return self._stored(max(told, key=lambda each: each["at"])["name"]) if told else None
