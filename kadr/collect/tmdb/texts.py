"""Title, tagline and descriptions in the languages wanted: from the answer, else from its translations. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kadr.collect.json_answers import dig, listed
from kadr.collect.rows import MAX_DESCRIPTION, MAX_TAGLINE
from kadr.collect.tmdb.shapes import Shape
from kadr.collect.values import text_of
from kadr.film import Description
from kadr.text import is_placeholder, language_of, normalise

__all__ = ["Texts", "clean", "texts_of"]

MAX_TRANSLATIONS = 500
"""TMDB knows some 200 pairs of language and country."""


@dataclass(frozen=True, slots=True)
class Texts:
    """What a film is called and how it is described. `original` is empty where it is the title, too."""

    title: str
    original: str
    tagline: str
    descriptions: tuple[Description, ...]


def texts_of(answer: Mapping[str, Any], shape: Shape, languages: Sequence[str], source: str) -> Texts:
    """Return the texts of an answer that was asked for in the first of the languages.

    Args:
        answer: the details, with translations.
        shape: what the kind's keys are called.
        languages: wanted ones, best first: "ru-RU", "en".
        source: the name that descriptions carry.
    """
    translated = [_translation(answer, language) for language in languages]
    title = _title(answer, shape, languages, translated)
    original = clean(answer.get(shape.original))
    taglines = [clean(each.get("tagline"), MAX_TAGLINE) for each in (answer, *translated)]
    overviews = [(languages[0], answer.get("overview"))]
    overviews += [(language, each.get("overview")) for language, each in zip(languages, translated, strict=True)]
    return Texts(
        title=title,
        original=original if normalise(original) != normalise(title) else "",
        tagline=next(filter(None, taglines), ""),
        descriptions=_descriptions(overviews, source),
    )


def clean(value: Any, most: int | None = None) -> str:
    """Return a text without markup, clipped; "" for anything that is no text."""
    return text_of(value)[:most].strip() if isinstance(value, str) else ""


def _title(
    answer: Mapping[str, Any], shape: Shape, languages: Sequence[str], translated: Sequence[Mapping[str, Any]]
) -> str:
    """Return the title in the first language that has one.

    Where nobody translated it, the API gives the original one instead; then a translation into a later language
    is read by more people than a title in a script they do not know. A translation leaves the title out where it is the
    original one.
    """
    title, original = clean(answer.get(shape.title)), clean(answer.get(shape.original))
    if title and title != original:
        return title
    for language, texts in zip(languages, translated, strict=True):
        if found := clean(texts.get(shape.title)):
            return found
        if original and answer.get("original_language") == _code(language):
            return original
    return title or original


def _translation(answer: Mapping[str, Any], language: str) -> Mapping[str, Any]:
    """Return the texts in a language: those of its country if there are any, else those of the first that has some."""
    code, _, country = language.partition("-")
    known = listed(dig(answer, "translations", "translations"))[:MAX_TRANSLATIONS]
    alike = [each for each in known if dig(each, "iso_639_1") == code and isinstance(dig(each, "data"), dict)]
    alike.sort(key=lambda each: each.get("iso_3166_1") != country)
    texts: dict[str, Any] = {}
    for each in alike:
        texts |= {key: value for key, value in each["data"].items() if value and key not in texts}
    return texts


def _descriptions(overviews: Sequence[tuple[str, Any]], source: str) -> tuple[Description, ...]:
    kept: dict[str, Description] = {}
    for language, overview in overviews:
        text = clean(overview, MAX_DESCRIPTION)
        if text and not is_placeholder(text):
            kept.setdefault(normalise(text), Description(text, source, _language(text, _code(language))))
    return tuple(kept.values())


def _language(text: str, said: str) -> str:
    """Return the language of a text, which in a Russian translation may be English all the same, and the reverse."""
    return language_of(text) or said if said in {"ru", "en"} else said


def _code(language: str) -> str:
    return language.partition("-")[0]
