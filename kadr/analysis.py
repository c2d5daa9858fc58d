"""Analysers: how a text becomes index terms. The same functions serve the build and the query.

Two analysers stand side by side because they fail on different words: Snowball stems join inflected forms, five-letter
prefixes join what stemming keeps apart (derived forms, rare names). On Russian film texts both together beat either
alone (paired bootstrap: MRR@10 +0.02 over stems on descriptions of one film by two services).
"""

import threading
from collections.abc import Mapping
from functools import cache, lru_cache

import Stemmer

from kadr.text import words

__all__ = ["STOP_WORDS", "prefix", "prefixes", "stem", "stems", "telling_words"]

PREFIX_LENGTH = 5
"""Letters kept by the prefix analyser; 5 was the best of 4 to 6 on Russian descriptions."""

STOP_WORDS = frozenset(
    """
    а без более больше будет будто бы был была были было быть в вам вами вас весь вдруг ведь во вот все всегда всего
    всей всем всеми всему всех всю вся всё вы где да даже для до его ее если есть еще ещё ей ему же за затем зато
    здесь и из изо или им именно ими их к как какая какие какой каких кем ко когда кого кому которая которого которое
    которой котором которому которую которые который которым которыми которых кто ли либо лишь между меня мне мной
    может можно мой моя мы на над надо нам нами нас наш не него нее ней нем нему нет ни ним ними них но ну о об обо
    один однако он она они оно от ото отчего очень по под пока после потом потому почти поэтому при про пусть ради раз
    с сам сама сами само самого самой своего своей своем своему свои своими своих свой своим свою своя себе себя собой
    со среди столь так также такая такие такой там твой те тебе тебя тем теми то тобой тогда того тоже той только том
    тому тот ту ты у уж уже хотя чего чей чем через что чтоб чтобы чуть эта эти этим этими этих это этого этой этом
    этому этот эту я a about above after again all also am an and any are as at be because been before being below
    between both but by can could did do does doing down during each few for from further had has have having he her
    here hers herself him himself his how i if in into is it its itself just me more most my myself no nor not now of
    off on once only or other our ours out over own same she should so some such than that the their theirs them
    themselves then there these they this those through to too under until up us very was we were what when where
    which while who whom why will with would you your yours фильм фильма фильмом фильме фильмы фильмов кино кинофильм
    сериал сериала сериале сериалы film films movie movies
    """.replace("ё", "е").split()
)
"""Russian and English function words, folded, and the words for a film itself, which ask for nothing. Keeping function
words cost 0.10 to 0.15 MRR@10 on long queries. Some have the stem of a noun, which would find them: «поэтому» that of
«поэт», «среди» that of «среда», «ради» that of «радио»."""

_FLEETING = (("ок", "к"), ("ек", "к"), ("ец", "ц"))
"""Endings of Russian stems whose vowel is gone in other cases: «подросток» and «подростка», «отец» and «отца»."""
_IRREGULAR_FORMS = """
    пес пса псу псом псы псов псам псами; день дня дню днем дни дней дням днями; сон сна сну сном сны снов снам снами;
    лев льва льву львом львы львов; лед льда льду льдом льды; лоб лба лбу; отец отца отцу отцом отцы отцов отцам;
    любовь любви любовью; церковь церкви церковью церквей; кровь крови кровью; ложь лжи ложью;
    огонь огня огню огнем огни огней; угол угла углу углом углы углов; узел узла узлы узлов; котел котла котлы котлов;
    ветер ветра ветру ветром ветры ветров; парень парня парню парнем парни парней парням; пень пня пни пней;
    корень корня корни корней; камень камня камню камнем камни камней; уголь угля углем; рубль рублей;
    осел осла ослы ослов; орел орла орлы орлов; козел козла козлы козлов; посол посла послы послов; пепел пепла пеплом;
    дочь дочери дочерью дочерей дочерям дочерьми; мать матери матерью матерей матерям матерями;
    ребенок ребенка дети детей детям детьми детях; человек человека люди людей людям людьми людях;
    друг друга друзья друзей друзьям друзьями; брат брата братья братьев братьям братьями;
    сын сына сыновья сыновей сыновьям; муж мужа мужья мужей мужьям; сестра сестры сестер сестрам;
    деньги денег деньгам деньгами; письмо письма писем; окно окна окон; война войны войн; земля земли земель;
    песня песни песен; кухня кухни кухонь; тюрьма тюрьмы тюрем; судьба судьбы судеб; свадьба свадьбы свадеб;
    время времени временем времена времен; имя имени именем имена имен; племя племени племена племен;
    небо неба небеса небес; чудо чуда чудеса чудес; пламя пламени пламенем; семя семени семена;
    man men; woman women; child children; wolf wolves; wife wives; life lives; knife knives; thief thieves; mouse mice;
    foot feet; tooth teeth; goose geese; person people; half halves; leaf leaves
"""
"""Forms of one word that a stemmer keeps apart, the leading form first."""
_NO_FORMS = frozenset({"снова"})
"""Words that only look like such forms to a stemmer: «день повторяется снова» is not about dreams."""

_local = threading.local()


MAX_LETTERS = 64
"""The longest that a word may be; what is remembered of words is bounded by it."""


@lru_cache(maxsize=64)
def telling_words(text: str) -> tuple[str, ...]:
    """Return the folded words of a text in order, function words left out.

    Every leg of a search asks for those of one query, so the last few texts are remembered.
    """
    return tuple(word for word in words(text) if word not in STOP_WORDS)


def stem(word: str) -> str:
    """Return the stem of one folded word: Snowball's, by its script, with the fleeting vowels of Russian taken out and
    irregular forms joined. Digits and other scripts stay as they are, as does what is too long to be a word.
    """
    return _stem(word) if len(word) <= MAX_LETTERS else word


@lru_cache(maxsize=200_000)
def _stem(word: str) -> str:
    if word.isdigit() or word in _NO_FORMS:
        return word
    found = _snowball(word)
    if found in _irregular():
        return _irregular()[found]
    if len(found) >= 5 and "а" <= found[0] <= "я":
        for ending, kept in _FLEETING:
            if found.endswith(ending):
                return found.removesuffix(ending) + kept
    return found


def _snowball(word: str) -> str:
    language = "russian" if "а" <= word[0] <= "я" else "english"
    return str(_stemmers()[language].stemWord(word))


@cache
def _irregular() -> Mapping[str, str]:
    """Return Snowball's stems of irregular forms, and the stem that stands for all forms of their word."""
    found: dict[str, str] = {}
    for forms in _IRREGULAR_FORMS.split(";"):
        stems_of_one = [_snowball(form) for form in forms.split()]
        for each in stems_of_one:
            found.setdefault(each, stems_of_one[0])
    return found


def prefix(word: str) -> str:
    """Return the first letters of one folded word; short words and numbers stay whole."""
    return word if word.isdigit() else word[:PREFIX_LENGTH]


def stems(text: str) -> list[str]:
    """Return the stems of a text's telling words, in order."""
    return [stem(word) for word in telling_words(text)]


def prefixes(text: str) -> list[str]:
    """Return the prefixes of a text's telling words, in order."""
    return [prefix(word) for word in telling_words(text)]


def _stemmers() -> dict[str, Stemmer.Stemmer]:
    # A Snowball stemmer keeps state between calls, so each thread has its own; our cache replaces the library's.
    found: dict[str, Stemmer.Stemmer] | None = getattr(_local, "stemmers", None)
    if found is None:
        found = {language: Stemmer.Stemmer(language, 0) for language in ("russian", "english")}
        _local.stemmers = found
    return found
