"""One word in the other alphabet: Russian in Latin letters, Latin in Russian ones, and keys by which both sound alike.

Nobody keeps to one system: «Хрущев» is Khrushchev in books, Khrushchev or Hrushchev in papers, Hrushev where somebody
types. So each function gives several spellings, the most usual first. Pure functions of words; nothing is guessed of
words of more than MAX_LETTERS, which are no names.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby

from kadr.text import fold

__all__ = ["coarse_sounds", "sounds", "to_cyrillic", "to_latin", "transliterations"]

MAX_LETTERS = 40
_CYRILLIC = re.compile(r"[а-я]+")
_LATIN = re.compile(r"[a-z]+")
_CONTEXT = re.compile(r"\(\?[^)]*\)|[\^$]")
"""What a pattern asks of the letters around it."""


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """A pattern of a few letters -> what is written for them; longer patterns come first, then those that ask for more.

    Rules are compared by identity, so that their compiled form is found without reading them.
    """

    written: Mapping[str, str]


def _rules(letters: str, written: str, others: str, base: Rules | None = None) -> Rules:
    """Return the rules of single letters, and of pairs `pattern:written` between spaces, over those of a base."""
    pairs = (pair.partition(":") for pair in others.split())
    single = dict(zip(letters, written, strict=True))
    return Rules({**(base.written if base else {}), **single, **{key: value for key, _, value in pairs}})


_LATIN_BASE = _rules(
    "абвгдезиклмнопрстуфыэ",
    "abvgdeziklmnoprstufye",
    "ж:zh й:y х:kh ц:ts ч:ch ш:sh щ:shch ъ: ь: ю:yu я:ya",
)
_TO_LATIN: Sequence[Rules] = (
    # Books and papers (BGN/PCGN, without its apostrophes).
    _rules("", "", "ий$:y ый$:y", _LATIN_BASE),
    # Passports (ICAO Doc 9303).
    _rules("", "", "й:i ъ:ie ю:iu я:ia", _LATIN_BASE),
    # As it is typed.
    _rules("", "", "х:h щ:sch", _LATIN_BASE),
    _rules("", "", "ий$:y ый$:y х:h ц:c щ:sh", _LATIN_BASE),
    # German and scientific habits, without their signs over letters.
    _rules("", "", "й:j х:h ц:c щ:sch ю:ju я:ja", _LATIN_BASE),
    # A foreign name on its way back.
    _rules("", "", "ий$:y ый$:y дж:j кс:x х:h ай:i ^у(?=[аеио]):w", _LATIN_BASE),
)
_TYPED = _rules(
    "abcdefghijklmnopqrstuvwyz",
    "абцдефгхижклмнопкрстуввыз",
    """x:кс zh:ж kh:х ts:ц ch:ч sh:ш sch:щ shch:щ yu:ю ju:ю ya:я ja:я yo:е jo:е ye:е je:е
    iy$:ий ij$:ий yy$:ый yj$:ый (?<=sk)y$:ий (?<=[aeiou])y:й (?<=[aeiouy])j:й""",
)
_HEARD = _rules(
    "",
    "",
    """tion:шн ssion:шн tch:ч sch:ш ph:ф th:т ck:к qu:кв c:к c(?=[eiy]):с ee:и oo:у ou:у j:дж gh(?=t): wh:у w:у ^e:э y:и
    (?<=[aeiou])y:й yo:йо joh:джо ja:джа je:дже jo:джо ju:джу oh(?=[nm]):о (?<=[lmn])es$:с (?<=[klmn])e$:""",
    _TYPED,
)
_TO_CYRILLIC: Sequence[Rules] = (
    # Russian, as it is typed; and by the passport's rules.
    _TYPED,
    _rules("", "", "iu:ю ia:я (?<=[aeou])i:й ii$:ий yi$:ый", _TYPED),
    # A foreign name as it is heard, and as it was written down a hundred years ago.
    _HEARD,
    _rules("", "", "h:г w:в wh:в ^e:е", _HEARD),
)
_RUSSIAN_SOUNDS = _rules(
    "абвгдежзийклмнопрстуфхчшщыэюя", "abvgdijziiklmnaprstufgcwwiiua", "ц:ts ъ: ь: дж:j дз:z ш(?=[пт]):s"
)
_ENGLISH_SOUNDS = _rules(
    "abcdefgijklmnopqrstuvwyz",
    "abkdifgijklmnapkrstuvuiz",
    """h: ^h:g (?<=[aeiouy])h(?=[aeiouy]):g x:ks c(?=[eiy]):s g(?=[eiy]):j ck:k ch:c chr:kr tch:c sh:w sch:w shch:w zh:j
    dz:z sh(?=[pt]):s sch(?=[pt]):s kh:g ph:f th:t gh: ^gh:g tion:wn ssion:wn kn:n ^wr:r qu:kv e$:""",
)
_LATIN_SOUNDS: Sequence[Rules] = (
    _ENGLISH_SOUNDS,
    # French, German, and Russian in Latin letters.
    _rules("", "", "ch:w g(?=[eiy]):g w:v", _ENGLISH_SOUNDS),
    _rules("", "", "ch:k g(?=[eiy]):g w:v j:i z:ts", _ENGLISH_SOUNDS),
    _rules("", "", "h:g g(?=[eiy]):g w:v c:ts j:i", _ENGLISH_SOUNDS),
)
_VOICELESS = str.maketrans("zv", "sf")
"""Круз is written Cruise, Иванов Ivanoff. Other voiced consonants are spelled as they are, and tell names apart."""
_SHORT = 3
"""Consonants by which a name is known; with fewer, the vowels must say the rest."""


def to_latin(word: str) -> tuple[str, ...]:
    """Return the usual Latin spellings of a Russian word, the most usual first; none of other words."""
    return _written(word, _CYRILLIC, _TO_LATIN)


def to_cyrillic(word: str) -> tuple[str, ...]:
    """Return the Russian words that a word in Latin letters may stand for, likeliest first; none of other words."""
    return _written(word, _LATIN, _TO_CYRILLIC)


def transliterations(word: str) -> tuple[str, ...]:
    """Return a word's spellings in the other alphabet, folded; none of numbers and of words in both alphabets."""
    return _transliterations(word) if len(word) <= MAX_LETTERS else ()


def sounds(word: str) -> tuple[str, ...]:
    """Return keys of how a word sounds, one or a few; two spellings of one name share a key, whatever their alphabet.

    A key is the word's consonants, alike ones as one, behind a mark where it begins with a vowel; a word of fewer than
    three keeps its vowels too. Other words may share it: a key finds candidates, it proves nothing.
    """
    return _sounds(word) if len(word) <= MAX_LETTERS else ()


def coarse_sounds(word: str) -> tuple[str, ...]:
    """Return keys as `sounds` does, of which "z" and "s" are one, and "v" and "f".

    More names share such a key, and of random letters a quarter more have one of somebody's.
    """
    return _sounds(word, coarse=True) if len(word) <= MAX_LETTERS else ()


@lru_cache(maxsize=50_000)
def _transliterations(word: str) -> tuple[str, ...]:
    return to_latin(word) or to_cyrillic(word)


@lru_cache(maxsize=50_000)
def _sounds(word: str, *, coarse: bool = False) -> tuple[str, ...]:
    heard = _written(word, _CYRILLIC, (_RUSSIAN_SOUNDS,)) or _written(word, _LATIN, _LATIN_SOUNDS)
    if coarse:
        heard = tuple(each.translate(_VOICELESS) for each in heard)
    return tuple(dict.fromkeys(key for key in map(_key, heard) if key))


def _key(heard: str) -> str:
    letters = "".join(letter for letter, _ in groupby(heard))
    consonants = "".join(letter for letter, _ in groupby(letter for letter in letters if letter not in "aiu"))
    return f"{'a' if letters[0] in 'aiu' else ''}{consonants}" if len(consonants) >= _SHORT else f"{letters}."


def _written(word: str, alphabet: re.Pattern[str], readings: Sequence[Rules]) -> tuple[str, ...]:
    word = fold(word[:MAX_LETTERS]) if len(word) <= MAX_LETTERS else ""
    if not alphabet.fullmatch(word):
        return ()
    return tuple(dict.fromkeys(read for rules in readings if (read := _read(word, rules))))


def _read(word: str, rules: Rules) -> str:
    pattern, written = _compiled(rules)
    return pattern.sub(lambda found: written[(found.lastindex or 1) - 1], word)


@cache
def _compiled(rules: Rules) -> tuple[re.Pattern[str], Sequence[str]]:
    def weight(rule: tuple[str, str]) -> tuple[int, int]:
        letters = _CONTEXT.sub("", rule[0])
        return -len(letters), len(letters) - len(rule[0])

    ordered = sorted(rules.written.items(), key=weight)
    return re.compile("|".join(f"({pattern})" for pattern, _ in ordered)), [written for _, written in ordered]
