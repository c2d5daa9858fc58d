"""A static model's tokenizer: which of its tokens a catalogue needs, and the tokenizer with those alone. Pure functions
of the tokenizer's own document (`tokenizer.json`). Build side only.

The whole tokenizer of a multilingual model has half a million tokens: 30 MB, and a second to read. What is left out
changes no text of the catalogue, because both kinds of vocabulary that are known here choose the best way of cutting a
word among those that their tokens allow, and the way that was best before is still there:

* Unigram takes the way with the highest sum of scores. The score of an unknown character hangs on the lowest score of
  all tokens, so that token stays.
* WordPiece takes the longest token that fits, from left to right.
"""

import json
import unicodedata
from collections import Counter
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Self

from kadr.encode.static import SPACE, TOKENIZER

__all__ = ["Vocabulary", "kept_tokens"]

KEPT = 40_000
"""Tokens of a small catalogue. At 256 dimensions their vectors take 10 MB, and the tokenizer some 90 ms to read."""
LEAST_OTHERS = 10_000
"""Tokens beside those of the catalogue's own texts, however many those are: words that only a query has."""
LETTER_SHARE = 0.001
"""A letter of the catalogue's languages makes more of its texts than this; letters of foreign names make less."""
LETTERS = frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюяabcdefghijklmnopqrstuvwxyz0123456789")
"""Letters and digits that visitors ask with, whatever the catalogue is written in."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The tokens of a tokenizer; each is known by its own text.

    `document`: the tokenizer without what belongs to transformers alone: padding, truncation, special tokens.
    `ids`: by token, as the model's vectors are numbered. `unknown`: the token of what has none. `lowest`: the one of
    the lowest score, "" where there are no scores. `mark`: what a token bears that begins a word, or that does not.
    """

    document: Mapping[str, Any]
    ids: Mapping[str, int]
    unknown: str
    lowest: str
    mark: str

    @classmethod
    def read(cls, data: bytes) -> Self:
        """Take the tokens from a `tokenizer.json`.

        Raises:
            ValueError: it is none, or its vocabulary is of a kind that cannot be shortened; the message names the file.
        """
        try:
            document = json.loads(data)
            model = document["model"]
            # A text that spells out a special token is a text like any other.
            added = [token for token in document.get("added_tokens") or () if not token["special"]]
            document |= dict.fromkeys(("truncation", "padding", "post_processor", "decoder")) | {"added_tokens": added}
            ids, unknown, lowest, mark = _READERS.get(model["type"], _refused)(model)
            ids = {str(token["content"]): int(token["id"]) for token in added} | ids
        except ValueError as error:
            raise ValueError(f"{TOKENIZER}: {error}") from error
        except (KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
            why = f"{type(error).__name__}: {error}"
            raise ValueError(f"{TOKENIZER}: is no tokenizer as its library writes it ({why})") from error
        return cls(document, ids, unknown, lowest, mark)

    def whole(self) -> bytes:
        """Return the document."""
        return _written(self.document)

    def shortened(self, kept: AbstractSet[str]) -> bytes:
        """Return the document with these tokens alone, those that it cannot do without, and those that were added to
        the model's own; all in the order of their ids.
        """
        model: dict[str, Any] = self.document["model"]
        kept = kept | {self.unknown, self.lowest}
        if model["type"] == "Unigram":
            pieces = [pair for n, pair in enumerate(model["vocab"]) if pair[0] in kept and self.ids[pair[0]] == n]
            names = [piece for piece, _ in pieces]
            shorter = {"vocab": pieces, "unk_id": names.index(self.unknown)}
        else:
            names = [piece for piece in sorted(model["vocab"], key=model["vocab"].__getitem__) if piece in kept]
            shorter = {"vocab": {name: n for n, name in enumerate(names)}}
        places = {name: n for n, name in enumerate(names)}
        for token in self.document["added_tokens"]:
            places.setdefault(token["content"], len(places))
        added = [token | {"id": places[token["content"]]} for token in self.document["added_tokens"]]
        return _written({**self.document, "added_tokens": added, "model": model | shorter})

    def text_of(self, token: str) -> str:
        """Return a token in lower case, without the mark of where in a word it stands."""
        return token.removeprefix(self.mark).lower()


def kept_tokens(vocabulary: Vocabulary, counts: Mapping[str, int]) -> set[str]:
    """Return the tokens that a catalogue and its languages need.

    They are: those of its texts; every single letter of its languages, and every single ASCII character, so that no
    word of a query is wholly unknown; and then the commonest others that are made of these letters, an equal share for
    each script. Vocabularies list their tokens by how common they are.

    Args:
        vocabulary: all tokens.
        counts: how often each occurs in the catalogue's texts; tokens that do not may be left out.
    """
    letters = _letters(vocabulary, counts)
    kept = set(counts)
    others: dict[str, list[str]] = {}
    for token in sorted(vocabulary.ids, key=vocabulary.ids.__getitem__):
        text = vocabulary.text_of(token)
        if len(text) == 1 and (text in letters or text.isascii()):
            kept.add(token)
        elif token not in kept and letters.issuperset(text) and text:
            others.setdefault(_script(text[0]), []).append(token)
    ranked = sorted((rank, script, token) for script in others for rank, token in enumerate(others[script]))
    room = max(KEPT - len(kept), LEAST_OTHERS)
    return kept | {token for _, _, token in ranked[:room]}


def _letters(vocabulary: Vocabulary, counts: Mapping[str, int]) -> frozenset[str]:
    """Return the letters of the languages that the counted tokens are written in, in lower case."""
    seen: Counter[str] = Counter()
    for token, count in counts.items():
        for character in vocabulary.text_of(token):
            seen[character] += count
    least = LETTER_SHARE * sum(seen.values())
    return LETTERS | {c for c, count in seen.items() if c.isalpha() and count > least}


def _script(letter: str) -> str:
    """Return the script of a letter, as Unicode's name for it begins: CYRILLIC, LATIN, GREEK. Digits go with LATIN."""
    return "LATIN" if letter.isascii() else unicodedata.name(letter, "").partition(" ")[0]


def _unigram(model: Mapping[str, Any]) -> tuple[dict[str, int], str, str, str]:
    pieces = [(str(piece), float(score)) for piece, score in model["vocab"]]
    if model["unk_id"] is None:
        raise ValueError("has no unknown token; choose another model")
    lowest = min(pieces, key=lambda piece: piece[1])[0]
    return {piece: n for n, (piece, _) in enumerate(pieces)}, pieces[model["unk_id"]][0], lowest, SPACE


def _wordpiece(model: Mapping[str, Any]) -> tuple[dict[str, int], str, str, str]:
    ids = {str(piece): int(n) for piece, n in model["vocab"].items()}
    if model["unk_token"] not in ids:
        raise ValueError("has no unknown token; choose another model")
    return ids, model["unk_token"], "", model["continuing_subword_prefix"]


def _refused(model: Mapping[str, Any]) -> tuple[dict[str, int], str, str, str]:
    raise ValueError(f"has a vocabulary of kind {model['type']!r}; choose a model of {' or '.join(_READERS)}")


_READERS = {"Unigram": _unigram, "WordPiece": _wordpiece}


def _written(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
