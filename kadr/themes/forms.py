"""The words of films as terms: one for all forms of a word, and the form in which it is shown."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Self

from kadr.analysis import STOP_WORDS, stem
from kadr.film import Film
from kadr.text import collapse, fold, words
from kadr.vocabulary import genre, genre_en

__all__ = ["Forms", "genre_terms", "tag_terms"]

NAME_SHARE = 0.5
"""Share of a word's places inside sentences that are capitalised above which it is a name: of a person, mostly, and a
theme called Anna tells nothing."""
VERB_SHARE = 0.3
"""Share of a stem's places that have a verb's ending above which it is a verb: a name of nouns reads better."""
FAIR_SHARE = 0.05
"""How common a form must be beside the commonest one to be shown for a word."""
OPENERS = frozenset('.!?…:;«"“„(—–-')
"""What stands before a word whose capital letter says nothing: the end of a sentence, a title's quotes, a dash."""
_WORD = re.compile(r"[^\W\d_]+")
_FINITE = re.compile(r"(?:[аяу]ет|[аяу]ют|[еи]тся|[аяую]тся)$")
"""Endings of Russian verbs in the present tense that hardly any noun has."""
_OBLIQUE = re.compile(r"(?:ами|ями|ах|ях|ам|ям|ом|[её]м|ей|ого|его|ому|ему|ых|их|ым|им|ую|юю|ов|ев|[аеоуыи]й|[уюыие])$")
"""Endings of Russian cases other than the first; what ends so is shown only where nothing better is there."""
_FIRST = re.compile(r"(?:[иы]й|ие|[^еог]о|[^ео]го)$")
"""Endings of the first case alone: "военный", "преступление", "убийство"; not "мирового"."""
_OTHER = re.compile(r"(?:[иы]е|ая|яя|[ео]е|ой)$")
"""Endings of adjectives in the first case that are not the masculine one; "ой" may be any."""
_ADJECTIVE = re.compile(r"(?:[ео]го|[ыи]х|[ыи]ми|ая|яя|[ео]е|ую)$")
ADJECTIVE_SHARE = 0.3
"""Share of a stem's places that have an ending of adjectives above which it is one."""
_MASCULINE, _FEMININE = re.compile(r"(?:[оеё]м|[ое]в)$"), re.compile(r"(?:ой|ью|цей|ией)$")
_INFINITIVE = re.compile(r"[аеиоыюя]ть$")
_OPEN, _PLURAL = re.compile(r"[ая]$"), re.compile(r"[ыи]$")

STYLE = frozenset(
    stem(word)
    for word in words(
        """
        режиссёр режиссёрский роль играет сыграл исполнил актёр актриса лента картина сюжет сюжетный история рассказ
        рассказывает повествует повествование проект сезон серия эпизод премьера съёмки снят снятый экран экранизация
        сценарий сценарист автор авторский основан мотивы одноимённый создатель создатели студия канал киностудия
        зритель персонаж герой героиня главный действие происходит события событие реальный основа часть продолжение
        драма комедия жизнь год годы лет новый молодой однажды начинает решает становится оказывается человек люди
        мужчина женщина парень девушка друг друзья время день мир дело судьба вместе собственный настоящий последний
        первый второй прекрасный известный знаменитый обычный простой главные имя имени трое пара двое смотреть
        смотрите онлайн бесплатно качестве hd hbo нво нбо netflix amediateka амедиатека короткометражка полнометражный
        фильмы теперь больше
        так довольно возможность лучший самый каждый найти найдет начать вскоре остаться остаётся едет сам сама сами
        серьёзный многие много любой живёт проводит среди назад перед спустя слишком пока мимо нём одного герои
        directed director written writer writes screenplay screenwriter script story based novel starring stars star
        produced producer production distributed distribution released release premiered premiere picture pictures
        cast ensemble featuring features feature role roles plays played play supporting title titled named adaptation
        adapted adapt original sequel prequel franchise instalment installment series season episode remake version
        studio studios company box office gross grossed million budget critics critical reviews review received award
        awards nominated nomination academy best festival international technicolor cinemascope colour color screen
        theatrical american british follows following tells set shot filmed life lives man woman young new old world
        day time year years one two three first second find finds becomes become begins takes get gets must drama
        comedy january february march april june july august september october november december code pre fox century
        mgm paramount republic monogram metro goldwyn mayer warner bros universal columbia rko lost print survive
        surviving p copy whether currently known unknown presumed early late corporation inc entertainment media
        featurette limited minute minutes reel reels subject subjects entry united states direct distributor publicly
        also tale negative positive mixed worldwide general against plot list shown together across loses
        """
    )
)
"""Stems of words about a film rather than in it, and of what happens in any: a group that nothing else tells is one of
style or of a source's habits, and a visitor would see no theme in it."""


class Forms:
    """How the terms of a catalogue are written, and which words are no terms: names, verbs, words of style."""

    __slots__ = ("_forms", "_unfit")

    def __init__(self, films: Iterable[Film]) -> None:
        self._forms: dict[str, Counter[str]] = {}
        capitals: Counter[str] = Counter()
        inside: Counter[str] = Counter()
        people: set[str] = set()
        for film in films:
            for value in chain(_genres(film), film.tags):
                if " " in (term := _whole(value)):
                    self._forms.setdefault(term, Counter())[collapse(value)] += 1
            people.update(stem(word) for person in film.people for word in words(person))
            for word, is_inside in _spelt(film):
                term = _term(word)
                self._forms.setdefault(term, Counter())[word if word.isupper() and len(word) > 1 else word.lower()] += 1
                if is_inside:
                    inside[term] += 1
                    # A word all in capitals is an abbreviation: ФБР may tell a theme.
                    capitals[term] += word[0].isupper() and not word.isupper()
        self._unfit = STYLE.union(
            term
            for term, forms in self._forms.items()
            if capitals[term] > NAME_SHARE * inside[term]
            or (not inside[term] and term in people)
            or sum(n for form, n in forms.items() if _FINITE.search(form)) > VERB_SHARE * forms.total()
        )

    def terms(self, film: Film) -> frozenset[str]:
        """Return the terms of a film's texts: stems of words that may tell a theme."""
        found = {word for word, _ in _spelt(film)}
        return frozenset(_term(word) for word in found if not _is_short(word)) - self._unfit

    def shown(self, term: str) -> str:
        """Return a term as a person would write it: in a common form, the first case before the others."""
        forms = self._forms.get(term)
        if forms is None:
            return term
        often = forms.most_common(1)[0][1]
        kind = _Kind.of(forms)
        noun = any(form.endswith("ия") for form in forms)  # "преступлений" is no adjective, then
        fair = [form for form, n in forms.items() if n >= FAIR_SHARE * often and not (noun and form.endswith("ий"))]
        return min(fair or forms, key=lambda form: (_case(form, term, kind), -forms[form], form))


def _ending(forms: Counter[str], ending: re.Pattern[str]) -> int:
    return sum(n for form, n in forms.items() if ending.search(form))


@dataclass(frozen=True, slots=True)
class _Kind:
    """What the forms of a Russian word tell of it; neither `masculine` nor `feminine` where none tells.

    `soft`: a soft sign may end its first case. `plural`: nothing but the plural may be its first case.
    """

    adjective: bool
    masculine: bool
    feminine: bool
    soft: bool
    plural: bool

    @classmethod
    def of(cls, forms: Counter[str]) -> Self:
        he, she = _ending(forms, _MASCULINE), _ending(forms, _FEMININE)
        adjective = _ending(forms, _ADJECTIVE) > ADJECTIVE_SHARE * forms.total()
        soft = not any(form.endswith("ья") for form in forms)
        return cls(adjective, he > she, she > he, soft, he == she and not _ending(forms, _OPEN))


def _case(form: str, term: str, kind: _Kind) -> int:
    """Return how far a form is from the first case, 0 to 4; English forms are all 0."""
    if form.isascii():
        return 0
    if kind.adjective:
        return 0 if form.endswith(("ый", "ий")) else 2 if _OTHER.search(form) else 4
    if fold(form) != term and _FIRST.search(form):
        return 0
    if form.endswith("ь"):
        return 0 if kind.soft and not _INFINITIVE.search(form) else 1  # "месть", but beside "семья" "семь"
    if _PLURAL.search(form):
        return 1 if kind.plural else 2  # "трущобы"
    if _OPEN.search(form):
        return 3 if kind.masculine else 1  # "агента", but "планета"
    if fold(form) != term and _OBLIQUE.search(form):
        return 4
    return 2 if kind.feminine else 1 - kind.masculine


def genre_terms(film: Film) -> frozenset[str]:
    """Return the genres of a film in both languages, as terms."""
    return frozenset(filter(None, map(_whole, _genres(film))))


def tag_terms(film: Film) -> frozenset[str]:
    """Return the tags of a film, as terms."""
    return frozenset(filter(None, map(_whole, film.tags)))


def _whole(value: str) -> str:
    """Return a genre or tag as a term: one word by its stem, several as they are; "" where it tells nothing."""
    spelt = words(value)
    if len(spelt) == 1:
        return "" if _is_short(spelt[0]) or stem(spelt[0]) in STYLE else stem(spelt[0])
    return "" if all(stem(word) in STYLE for word in spelt) else " ".join(spelt)


def _spelt(film: Film) -> Iterator[tuple[str, bool]]:
    """Yield the words of a film's texts as they are written, and whether each stands inside a sentence."""
    for text in (film.tagline, *(description.text for description in film.descriptions)):
        end = 0
        for found in _WORD.finditer(text):
            between = text[end : found.start()].rstrip()
            yield found[0], end > 0 and not (between and between[-1] in OPENERS)
            end = found.end()
    for value in chain(_genres(film), film.tags):
        yield from ((word.lower(), False) for word in _WORD.findall(value))


def _genres(film: Film) -> Iterator[str]:
    """Yield the genres of a film in both languages."""
    for name in film.genres:
        yield genre(name)
        yield genre_en(genre(name)).lower()


@lru_cache(maxsize=200_000)
def _term(word: str) -> str:
    return stem(fold(word))


def _is_short(word: str) -> bool:
    return len(word) < 3 or fold(word) in STOP_WORDS
