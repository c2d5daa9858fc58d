"""How tests embed a catalogue with a model inside the process."""

import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kadr.encode.encoder import Role
from kadr.encode.hosted.cache import VectorCache
from kadr.encode.hosted.job import Embedded, embed
from kadr.encode.hosted.options import Options
from tests.encode.hosted.model import CANARIES, Model

QUICK = Options(canaries=CANARIES, batch=8, backoff=0.001, deadline=20)
TEXTS = [f"film {i} about {'the sea ' * (i % 7)}" for i in range(100)]


def near(found: NDArray[np.float32], true: NDArray[np.float32]) -> bool:
    """Tell whether the vectors are the same but for half precision."""
    return bool(((found * true).sum(axis=1) > 0.999999).all())


def run(model: Model, cache: VectorCache, texts: Sequence[str] = TEXTS, options: Options = QUICK) -> Embedded:
    """Embed passages; see that progress only grows and that no thread is left."""
    done: list[int] = []
    result = embed(texts, Role.PASSAGE, model, cache, options, done.append)
    assert done == sorted(done)
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("kadr-embed")] == []
    return result
