"""The static encoder: what it answers is what its model would, on small models that the tests make."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from kadr.encode.encoder import Encoder, Role
from kadr.encode.static import VOID_AXES, StaticEncoder
from kadr.encode.static_model import StaticModel
from kadr.encode.take_static import take_static
from kadr.errors import BundleDamaged, ConfigError, EncodeError
from tests.commands import shell
from tests.encode.static_models import (
    DIM,
    KINDS,
    PASSAGES,
    QUERIES,
    Making,
    reference,
    safetensors,
    unigram,
    wordpiece,
    write_model,
)
from tests.index.samples import few, texts

UNKNOWN = ("日本", "漢字かな", "\ud800")
MAKINGS = (
    Making(),
    Making(weights=True),
    Making(weights=True, mapping=True),
    Making("F16"),
    Making("F64"),
    Making("I8"),
    Making(inner="0_StaticEmbedding/"),
)


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def model(tmp_path: Path, kind: str) -> Path:
    return write_model(tmp_path / "small-model", KINDS[kind]())


@pytest.fixture
def taken(model: Path) -> StaticEncoder:
    return take_static(str(model), PASSAGES)


def bytes_of(encoder: StaticEncoder, folder: Path) -> dict[str, bytes]:
    encoder.save(folder)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_it_keeps_the_protocol(taken: StaticEncoder) -> None:
    encoder: Encoder = taken
    profile = encoder.profile
    assert (profile.provider, profile.model, profile.dim) == ("static", "small-model", DIM + VOID_AXES)
    assert (profile.pooling, profile.native_dim, len(profile.revision)) == ("mean", 0, 16)
    assert encoder.encode([], Role.QUERY).shape == (0, profile.dim)
    for blank in ("", " \n"):
        with pytest.raises(EncodeError, match="text 1 is empty"):
            encoder.encode(["маяк", blank], Role.QUERY)


@pytest.mark.parametrize("making", MAKINGS, ids=str)
def test_vectors_are_those_of_the_model(tmp_path: Path, kind: str, making: Making) -> None:
    folder = write_model(tmp_path / "model", KINDS[kind](), making)
    encoder = take_static(str(folder), PASSAGES)
    asked = (*PASSAGES, *QUERIES)
    expected = reference(folder, asked, making)
    assert np.linalg.norm(expected, axis=1) == pytest.approx(1, abs=1e-5)
    for role in Role:
        found = encoder.encode(asked, role)
        assert found.dtype == np.float32
        assert not found[:, -1].any()
        # Half a step of 127 a number, of vectors of 16.
        assert np.abs(found[:, :-1] - expected).max() < 0.01
        assert (found[:, :-1] * expected).sum(axis=1).min() > 0.9998


@few
@given(st.lists(st.text().filter(lambda text: bool(text.strip())) | texts.filter(bool), max_size=4))
def test_every_vector_has_length_one_and_its_own_text(
    tmp_path_factory: pytest.TempPathFactory, asked: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    for make in KINDS.values():
        encoder = take_static(str(write_model(folder / make.__name__, make())), PASSAGES)
        for role in Role:
            vectors = encoder.encode(asked, role)
            assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
            alone = [encoder.encode([text], role)[0] for text in asked]
            assert all(np.array_equal(one, other) for one, other in zip(vectors, alone, strict=True))


def test_what_it_does_not_know_is_near_to_nothing(taken: StaticEncoder) -> None:
    asked, films = taken.encode(UNKNOWN, Role.QUERY), taken.encode(UNKNOWN, Role.PASSAGE)
    known = taken.encode((*PASSAGES, *QUERIES), Role.PASSAGE)
    assert all(taken.is_void(vector) for vector in (*asked, *films))
    assert not any(taken.is_void(vector) for vector in known)
    assert not (asked @ known.T).any()
    assert not (films @ known.T).any()
    assert (asked @ films.T).max() < 0
    assert [taken.vector(text) for text in UNKNOWN] == [None] * len(UNKNOWN)
    answered = taken.vector("маяк")
    assert answered is not None
    assert np.array_equal(answered, taken.encode(["маяк"], Role.QUERY)[0])


def test_a_number_is_within_half_a_step_of_the_models(taken: StaticEncoder, model: Path) -> None:
    ids = Tokenizer.from_file(str(model / "tokenizer.json")).get_vocab()
    found = StaticModel.read(model)
    known = taken.scales > 0
    numbers = taken.tokenizer.get_vocab()
    names = sorted(numbers, key=numbers.__getitem__)
    rows = found.rows([ids[name] for name in names], DIM)[known]
    scales = taken.scales[known, None]
    assert known.sum() == len(names) - 1
    assert (np.abs(taken.table[known] * scales - rows) <= scales * 0.50001).all()
    assert (np.abs(taken.table[known]).max(axis=1) == 127).all()


def test_a_token_that_stands_twice_is_its_last_one(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "model", unigram())
    document = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    vocab = document["model"]["vocab"]
    vocab[4], vocab[-1] = vocab[6], vocab[7]
    (folder / "tokenizer.json").write_text(json.dumps(document), encoding="utf-8")
    found = take_static(str(folder), PASSAGES).encode(PASSAGES, Role.PASSAGE)
    assert np.abs(found[:, :-1] - reference(folder, PASSAGES)).max() < 0.01


def test_vectors_that_cancel_out_are_void(tmp_path: Path) -> None:
    tokenizer = wordpiece()
    folder = write_model(tmp_path / "model", tokenizer)
    table = np.zeros((tokenizer.get_vocab_size(), DIM), dtype=np.float32)
    table[tokenizer.token_to_id("маяк")], table[tokenizer.token_to_id("шторм")] = 3.3, -3.3
    (folder / "model.safetensors").write_bytes(safetensors({"embeddings": table}))
    encoder = take_static(str(folder), ["маяк"])
    assert encoder.vector("маяк шторм") is None
    assert encoder.vector("море") is None
    assert encoder.vector("маяк") is not None


def test_saved_and_opened_it_answers_the_same(taken: StaticEncoder, tmp_path: Path) -> None:
    taken.save(tmp_path / "saved")
    opened = StaticEncoder.open(tmp_path / "saved", taken.profile)
    asked = (*PASSAGES, *QUERIES, *UNKNOWN)
    for role in Role:
        assert np.array_equal(opened.encode(asked, role), taken.encode(asked, role))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("tokenizer.json", lambda data: data[:-1]),
        ("tokenizer.json", lambda _: b"\xff"),
        ("tokenizer.json", lambda data: data.replace('"маяк"'.encode(), '"мая"'.encode(), 1)),
    ],
)
def test_a_tokenizer_that_does_not_fit_is_refused(tmp_path: Path, name: str, change: Callable[[bytes], bytes]) -> None:
    encoder = take_static(str(write_model(tmp_path / "model", wordpiece())), PASSAGES)
    path = tmp_path / "saved" / name
    encoder.save(path.parent)
    path.write_bytes(change(path.read_bytes()).replace(b'"1984":', b'"19840":1,"1984":', 1))
    with pytest.raises(BundleDamaged, match=r"saved/tokenizer.json: .*rebuild the bundle"):
        StaticEncoder.open(path.parent, encoder.profile)


TAKE = """
import sys
from kadr.encode.take_static import take_static
take_static(sys.argv[1], sys.argv[3:]).save(__import__("pathlib").Path(sys.argv[2]))
"""


def test_two_processes_write_the_same_bytes(model: Path, taken: StaticEncoder, tmp_path: Path) -> None:
    here = bytes_of(taken, tmp_path / "here")
    ended = shell("-c", TAKE, model, tmp_path / "there", *PASSAGES)
    assert ended.returncode == 0, ended.stderr
    assert {path.name: path.read_bytes() for path in (tmp_path / "there").iterdir()} == here
    assert set(here) == {"table.npy", "scales.npy", "tokenizer.json"}


def test_the_revision_names_the_content(model: Path, taken: StaticEncoder) -> None:
    path = model / "model.safetensors"
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    assert take_static(str(model), PASSAGES).profile.revision != taken.profile.revision


def test_it_can_be_cut_to_fewer_dimensions(model: Path, taken: StaticEncoder) -> None:
    short = take_static(str(model), PASSAGES, dim=8)
    assert (short.profile.dim, short.profile.native_dim) == (9, DIM + VOID_AXES)
    assert short.profile.fingerprint() == taken.profile.fingerprint()
    expected = reference(model, PASSAGES)[:, :8]
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    assert np.abs(short.encode(PASSAGES, Role.PASSAGE)[:, :-1] - expected).max() < 0.02
    for dim in (0, 1, DIM + 1):
        with pytest.raises(ConfigError, match=rf"encoder.dim: .*2 to 16 dimensions, not {dim}"):
            take_static(str(model), PASSAGES, dim=dim)


FORKING = """
import os, sys
from pathlib import Path
from kadr.encode.encoder import Profile, Role
from kadr.encode.static import StaticEncoder

assert not {"tokenizers", "huggingface_hub"} & set(sys.modules)
encoder = StaticEncoder.open(Path(sys.argv[1]), Profile("static", "m", int(sys.argv[2])))
assert "huggingface_hub" not in sys.modules
texts = ["маяк и шторм", "lonely robot"] * 50
before = encoder.encode(texts, Role.QUERY)
child = os.fork()
if not child:
    os._exit(0 if (encoder.encode(texts, Role.QUERY) == before).all() else 3)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_it_loads_little_and_survives_a_fork_in_silence(taken: StaticEncoder, tmp_path: Path) -> None:
    taken.save(tmp_path / "saved")
    ended = shell("-c", FORKING, tmp_path / "saved", str(taken.profile.dim))
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
