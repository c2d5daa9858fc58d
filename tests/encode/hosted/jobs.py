"""How tests embed a catalogue with a model inside the process."""

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from kadr.encode.encoder import Role
from kadr.encode.hosted.cache import VectorCache
from kadr.encode.hosted.job import Embedded, embed
from kadr.encode.hosted.options import Options
from tests.encode.hosted.model import CANARIES, Model

Result = TypeVar("Result")
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


def within(seconds: float, work: Callable[[], Result]) -> Result:
    """Return what work gives, or raise what it raises; fail where it does not end, so that no test holds the suite."""
    gave: list[Result] = []
    broke: list[BaseException] = []

    def do() -> None:
        try:
            gave.append(work())
        except BaseException as error:  # noqa: BLE001  # raised below
            broke.append(error)

    thread = threading.Thread(target=do, daemon=True)
    thread.start()
    thread.join(seconds)
    assert not thread.is_alive(), f"it did not end within {seconds} s"
    if broke:
        raise broke[0]
    return gave[0]
