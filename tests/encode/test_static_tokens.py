"""Which tokens of a static model stay, and that the others are not missed."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from kadr.encode.static_tokens import KEPT, LEAST_OTHERS, Vocabulary, kept_tokens
from kadr.encode.take_static import take_static
from tests.encode.static_models import ADDED, FOREIGN, KINDS, PASSAGES, QUERIES, write_model
from tests.index.samples import few, texts


@pytest.fixture(params=KINDS)
def model(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    return write_model(tmp_path / "model", KINDS[request.param]())


def tokens_of(document: bytes, text: str) -> list[str]:
    tokenizer = Tokenizer.from_buffer(document)
    names = {number: name for name, number in tokenizer.get_vocab().items()}
    return [names[number] for number in tokenizer.encode(text, add_special_tokens=False).ids]


@few
@given(st.data())
def test_what_is_left_out_changes_no_text_of_the_catalogue(data: st.DataObject) -> None:
    for make in KINDS.values():
        vocabulary = Vocabulary.read(make().to_str().encode())
        passages = data.draw(st.lists(texts | st.text() | st.sampled_from((*PASSAGES, *QUERIES)), max_size=3))
        before = [tokens_of(vocabulary.whole(), text) for text in passages]
        beside = data.draw(st.sets(st.sampled_from(sorted(vocabulary.ids))))
        document = vocabulary.shortened({token for tokens in before for token in tokens} | beside)
        assert [tokens_of(document, text) for text in passages] == before
        numbers = Tokenizer.from_buffer(document).get_vocab()
        added = {token["content"]: token["id"] for token in json.loads(document)["added_tokens"]}
        assert added == {ADDED: numbers[ADDED]}


def test_what_an_unknown_letter_costs_stays_the_same() -> None:
    """It costs ten more than the worst token, so the worst token stays: without it the x would be given up here."""
    vocab = [["<unk>", 0.0], ["xy", -9.0], ["z", -9.0], ["w", -9.0], ["yzw", -1.0], ["θ", -30.0]]
    vocabulary = Vocabulary.read(json.dumps({"model": {"type": "Unigram", "unk_id": 0, "vocab": vocab}}).encode())
    used = {"xy", "z", "w", "yzw"}
    assert tokens_of(vocabulary.whole(), "xyzw") == ["xy", "z", "w"]
    assert tokens_of(vocabulary.shortened(used), "xyzw") == ["xy", "z", "w"]
    assert tokens_of(json.dumps({"model": {"type": "Unigram", "unk_id": 0, "vocab": vocab[:-1]}}).encode(), "xyzw") == [
        "<unk>",
        "yzw",
    ]


def test_tokens_of_other_languages_go_and_letters_stay(model: Path) -> None:
    kept = {name.strip("▁#") for name in take_static(str(model), PASSAGES).tokenizer.get_vocab()}
    assert not kept & set(FOREIGN)
    assert kept >= {*"абвгдежзийклмнопрстуфхцчшщъыьэюяabcdefghijklmnopqrstuvwxyz0123456789", "маяк", "robot", ADDED}
    assert not kept & {"<s>", "[CLS]", "[PAD]"}


def test_a_catalogue_keeps_the_letters_it_is_written_in(model: Path) -> None:
    kept = {name.strip("▁#") for name in take_static(str(model), ["θα θα"]).tokenizer.get_vocab()}
    assert kept & set(FOREIGN) == {"θα", "αθ"}
    assert kept >= {"маяк", "robot"}


@pytest.mark.parametrize("used", [10, 39_000])
def test_the_commonest_tokens_of_each_script_fill_the_room(used: int) -> None:
    letters = "абвгдежзик"
    russian = ["".join(letters[int(digit)] for digit in f"{n:05}") for n in range(45_000)]
    english = ["".join("abcdefghij"[int(digit)] for digit in f"{n:05}") for n in range(45_000)]
    tokens = ["[UNK]", "й", *(word for pair in zip(english, russian, strict=True) for word in pair)]
    vocab = {token: n for n, token in enumerate(tokens)}
    model = {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "vocab": vocab}
    vocabulary = Vocabulary.read(json.dumps({"model": model}).encode())
    counts = dict.fromkeys(english[-used:], 3)
    kept = kept_tokens(vocabulary, counts)
    others = kept - set(counts) - {"й"}
    assert len(kept) == max(KEPT, used + 1 + LEAST_OTHERS)
    share = len(others) // 2
    assert others == {*english[: len(others) - share], *russian[:share]} or others == {
        *english[:share],
        *russian[: len(others) - share],
    }
