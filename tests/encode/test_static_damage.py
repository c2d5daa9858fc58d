"""Static models that are damaged, cut short, or none: each is refused in one line that names the file."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.encode.encoder import Role
from kadr.encode.take_static import take_static
from kadr.errors import ConfigError
from tests.encode.static_models import (
    DIM,
    KINDS,
    PASSAGES,
    QUERIES,
    safetensors,
    unigram,
    with_header,
    write_model,
)
from tests.index.samples import few


def test_a_missing_folder_or_file_is_named(tmp_path: Path) -> None:
    model = write_model(tmp_path / "model", unigram())
    with pytest.raises(ConfigError, match=r"encoder\.model: there is no folder .*nowhere"):
        take_static(str(tmp_path / "nowhere"), PASSAGES)
    for name in ("tokenizer.json", "model.safetensors"):
        (model / name).rename(model / "aside")
        with pytest.raises(ConfigError, match=r"model: \S+: No such file"):
            take_static(str(model), PASSAGES)
        (model / "aside").rename(model / name)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"dtype": "BF16"}, "describes its array 'embeddings' in no known way"),
        ({"dtype": ["F32"]}, "describes its array 'embeddings' in no known way"),
        ({"shape": 4}, "describes its array 'embeddings' in no known way"),
        ({"shape": [-1, -16]}, "does not hold its array 'embeddings'"),
        ({"shape": [True, 16]}, "does not hold its array 'embeddings'"),
        ({"shape": [10**30, 10**30]}, "does not hold its array 'embeddings'"),
        ({"data_offsets": [0, 10**9]}, "does not hold its array 'embeddings'"),
        ({"data_offsets": [-64, 0], "shape": [1, 16]}, "does not hold its array 'embeddings'"),
        ({"data_offsets": [0, 0], "shape": [0, 16]}, "does not hold its array 'embeddings'"),
        ({"data_offsets": [0, 64], "shape": [16]}, "has embeddings of the shape"),
        ({"data_offsets": [0, 64], "shape": [1, 16]}, "'embeddings' does not fit tokenizer.json"),
    ],
)
def test_a_table_that_is_none_is_refused(tmp_path: Path, change: dict[str, object], told: str) -> None:
    path = write_model(tmp_path / "model", unigram()) / "model.safetensors"
    path.write_bytes(with_header(path, change))
    with pytest.raises(ConfigError, match=f"encoder.model: .*model.safetensors: .*{told}"):
        take_static(str(path.parent), PASSAGES)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "is no safetensors file"),
        (b"\xff" * 64, "is no safetensors file"),
        ((2).to_bytes(8, "little") + b"[]", "has a header that is no table"),
        ((2).to_bytes(8, "little") + b"{}", "has no array 'embeddings': this is no static model"),
        ((2).to_bytes(8, "little") + b"{x", "Expecting property name"),
        ((100_000).to_bytes(8, "little") + b"[" * 100_000, "recursion"),
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, data: bytes, told: str) -> None:
    folder = write_model(tmp_path / "model", unigram())
    (folder / "model.safetensors").write_bytes(data)
    with pytest.raises(ConfigError, match=f"model.safetensors: .*{told}"):
        take_static(str(folder), PASSAGES)


@pytest.mark.parametrize("number", [np.nan, np.inf, -1e300, 2e6])
def test_numbers_that_are_none_are_refused(tmp_path: Path, number: float) -> None:
    folder = write_model(tmp_path / "model", unigram())
    table = np.full((unigram().get_vocab_size(), DIM), number)
    (folder / "model.safetensors").write_bytes(safetensors({"embeddings": table}))
    with pytest.raises(ConfigError, match="holds a number that is none, or beyond 1,000,000"):
        take_static(str(folder), PASSAGES)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"model": {"type": "BPE", "vocab": {}, "merges": []}}, "kind 'BPE'; choose a model of Unigram or WordPiece"),
        ({"model": {"type": "Unigram", "unk_id": None, "vocab": [["a", 0.0]]}}, "has no unknown token"),
        ({"model": {"type": "Unigram", "unk_id": 9, "vocab": [["a", 0.0]]}}, "is no tokenizer as its library"),
        ({"model": {"type": "Unigram", "unk_id": 0, "vocab": []}}, "is no tokenizer|empty"),
        ({"model": {"type": "Unigram", "unk_id": 0, "vocab": [["a"]]}}, "not enough values"),
        ({"model": {"type": "Unigram", "unk_id": 0, "vocab": [["a", float("nan")]]}}, "Cannot instantiate Tokenizer"),
        ({"model": {"type": "WordPiece", "unk_token": "?", "vocab": {"a": 0}}}, "has no unknown token"),
        ({"model": {"type": ["x"]}}, "is no tokenizer as its library"),
        ({"model": None}, "is no tokenizer as its library"),
        ({"added_tokens": [{"content": "a"}]}, "is no tokenizer as its library"),
        ({"normalizer": {"type": "Magic"}}, "Cannot instantiate Tokenizer"),
        ({"normalizer": {"type": "Precompiled", "precompiled_charsmap": "AAAA"}}, "is damaged"),
    ],
)
def test_a_tokenizer_that_cannot_be_used_is_refused(tmp_path: Path, change: dict[str, object], told: str) -> None:
    path = write_model(tmp_path / "model", unigram()) / "tokenizer.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | change), encoding="utf-8")
    with pytest.raises(ConfigError, match=f"encoder.model: .*/model: tokenizer.json: .*({told})"):
        take_static(str(path.parent), PASSAGES)


@few
@given(st.data())
def test_damage_of_any_kind_gives_vectors_or_one_clear_error(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    make = data.draw(st.sampled_from(sorted(KINDS)))
    path = write_model(tmp_path_factory.mktemp("hurt") / "model", KINDS[make]())
    path /= data.draw(st.sampled_from(["tokenizer.json", "model.safetensors"]))
    whole = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(whole) - 1))
        if data.draw(st.booleans()):
            whole[at] = data.draw(st.integers(0, 255))
        else:
            del whole[at : at + data.draw(st.integers(1, 200))]
    path.write_bytes(whole)
    try:
        encoder = take_static(str(path.parent), PASSAGES)
    except ConfigError as fault:
        told = str(fault)
    else:
        told = "encoder.model: "
        vectors = encoder.encode((*PASSAGES, *QUERIES), Role.PASSAGE)
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert told.startswith("encoder.model: ")
    assert told == "encoder.model: " or path.name in told
    assert "\n" not in told
