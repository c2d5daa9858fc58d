"""Small static models of our own making, written as model2vec writes them, and what they should answer."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers, processors

__all__ = [
    "ADDED", "DIM", "FOREIGN", "KINDS", "PASSAGES", "QUERIES", "Making", "reference", "safetensors", "unigram",
    "with_header", "wordpiece", "write_model",
]  # fmt: skip

DIM = 16

WORDS = (
    "маяк", "смотритель", "море", "шторм", "письмо", "бутылка", "король", "поезд", "снег", "чайка", "в", "и", "город",
    "lighthouse", "keeper", "storm", "letter", "the", "of", "train", "robot", "lonely", "city", "sea", "1984",
)  # fmt: skip
PARTS = ("мая", "ка", "ами", "ель", "мор", "ской", "ор", "light", "house", "er", "ing", "est", "ers", "an", "84")
FOREIGN = ("θάλασσα", "כוכב", "θα", "αθ", "בכ", "øjeblik", "ışık")
"""Of languages that no test's catalogue is written in."""
SINGLE = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяabcdefghijklmnopqrstuvwxyz0123456789.,-"
ADDED = "белое солнце"
"""A token of two words that the model's makers added."""


@dataclass(frozen=True, slots=True)
class Making:
    """How a model is written: the number type of its vectors, whether its tokens have weights, whether they share
    vectors through a map, and the folder inside its own where its files stand.
    """

    dtype: str = "F32"
    weights: bool = False
    mapping: bool = False
    inner: str = ""


def unigram(words: Sequence[str] = WORDS) -> Tokenizer:
    """Return a tokenizer of the kind of XLM-RoBERTa: scores for whole words, parts and letters."""
    pieces = ["<s>", "<pad>", "</s>", "<unk>", *(f"▁{word}" for word in words), *PARTS, "▁", *SINGLE, *FOREIGN, "щ́"]
    rng = np.random.default_rng(1)
    scores = [0.0] * 4 + [-2 - 9 * float(rng.random()) for _ in pieces[4:]]
    tokenizer = Tokenizer(models.Unigram(list(zip(pieces, scores, strict=True)), unk_id=3))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    return _finished(tokenizer, pieces[:4])


def wordpiece(words: Sequence[str] = WORDS) -> Tokenizer:
    """Return a tokenizer of the kind of BERT."""
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    parts = (f"##{part}" for part in (*PARTS, *SINGLE[:-3], "ςσ"))
    pieces = dict.fromkeys((*special, *words, *parts, *SINGLE, *FOREIGN))
    model = models.WordPiece({piece: n for n, piece in enumerate(pieces)}, unk_token="[UNK]")  # noqa: S106  # no secret
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.BertNormalizer(strip_accents=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return _finished(tokenizer, special)


def _finished(tokenizer: Tokenizer, special: Sequence[str]) -> Tokenizer:
    tokenizer.add_special_tokens(list(special))
    tokenizer.add_tokens([AddedToken(ADDED, normalized=True)])
    tokenizer.enable_truncation(8)
    tokenizer.enable_padding(length=8, pad_id=9)
    return tokenizer


KINDS: dict[str, Callable[[], Tokenizer]] = {"unigram": unigram, "wordpiece": wordpiece}
PASSAGES = (
    "Маяк. Смотритель маяка пишет письма, шторм приносит бутылку",
    "The Lighthouse. A lonely keeper, a storm of 1984 and the sea",
    "Белое солнце над морем: поезд идёт в снежный город",
    "поезд " * 40 + "робот",
)
QUERIES = ("маяк", "Море и ШТОРМ", "lonely robots in the city", "белое солнце", "чайками-1984", "half 日 known")
"""Asked of the catalogue above: some of its words, some that only the model knows, some that nobody does."""


def write_model(folder: Path, tokenizer: Tokenizer, making: Making = Making()) -> Path:
    """Write a model, its vectors drawn by a fixed seed, and return its folder."""
    rng = np.random.default_rng(7)
    tokens = tokenizer.get_vocab_size()
    table = rng.normal(size=(tokens // 2 if making.mapping else tokens, DIM)) * rng.uniform(1, 20)
    arrays: dict[str, NDArray[Any]] = {"embedding.weight" if making.inner else "embeddings": _cast(table, making.dtype)}
    if making.weights:
        arrays["weights"] = rng.uniform(0.1, 3, tokens)
    if making.mapping:
        arrays["mapping"] = rng.integers(0, len(table), tokens)
    home = folder / making.inner
    home.mkdir(parents=True)
    (home / "model.safetensors").write_bytes(safetensors(arrays))
    tokenizer.save(str(home / "tokenizer.json"))
    (folder / "config.json").write_text(json.dumps({"normalize": True}), encoding="utf-8")
    return folder


def _cast(table: NDArray[np.float64], dtype: str) -> NDArray[Any]:
    if dtype == "I8":
        table = np.rint(table / np.abs(table).max() * 127)
    cast: NDArray[Any] = table.astype({"F64": "f8", "F32": "f4", "F16": "f2", "I8": "i1"}[dtype])
    return cast


def safetensors(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Return arrays as the safetensors library lays them out."""
    header: dict[str, Any] = {"__metadata__": {"format": "np"}}
    at = 0
    for name, array in arrays.items():
        dtype = f"{array.dtype.kind.upper()}{8 * array.itemsize}"
        header[name] = {"dtype": dtype, "shape": array.shape, "data_offsets": [at, at + array.nbytes]}
        at += array.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + b"".join(array.tobytes() for array in arrays.values())


def with_header(path: Path, change: Mapping[str, Any], array: str = "embeddings") -> bytes:
    """Return a safetensors file with some entries of one array's header replaced."""
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    header[array] |= change
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data[8 + length :]


def reference(folder: Path, texts: Sequence[str], making: Making = Making()) -> NDArray[np.float32]:
    """Return what model2vec 0.10 gives, float32 (n, DIM): the mean of the tokens' weighted vectors, at length one."""
    home = folder / making.inner
    data = (home / "model.safetensors").read_bytes()
    length = int.from_bytes(data[:8], "little")
    found: dict[str, NDArray[Any]] = {}
    for name, entry in json.loads(data[8 : 8 + length]).items():
        if name != "__metadata__":
            kind = {"F": "f", "I": "i"}[entry["dtype"][0]] + str(int(entry["dtype"][1:]) // 8)
            part = data[8 + length :][slice(*entry["data_offsets"])]
            found[name] = np.frombuffer(part, dtype=kind).reshape(entry["shape"])
    table = found.get("embeddings", found.get("embedding.weight"))
    assert table is not None
    tokenizer = Tokenizer.from_file(str(home / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    unknown = tokenizer.token_to_id("<unk>") or tokenizer.token_to_id("[UNK]")
    vectors = np.zeros((len(texts), DIM), dtype=np.float32)
    for vector, encoding in zip(vectors, tokenizer.encode_batch_fast(texts, add_special_tokens=False), strict=True):
        ids = [n for n in encoding.ids if n != unknown]
        rows = table[found["mapping"][ids] if "mapping" in found else ids].astype(np.float32)
        if "weights" in found:
            rows = rows * found["weights"][ids][:, None]
        if ids:
            mean = rows.mean(axis=0)
            vector[:] = mean / np.linalg.norm(mean)
    return vectors
