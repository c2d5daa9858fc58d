"""A country of an answer -> its Russian name in film catalogues."""

from functools import cache

from kadr.vocabulary import COUNTRIES, country

__all__ = ["country_of"]

_OWN = {
    "CD": "ДР Конго",
    "CG": "Конго",
    "CS": "Сербия и Черногория",
    "SU": "СССР",
    "XC": "Чехословакия",
    "XG": "ГДР",
    "YU": "Югославия",
    "ZR": "Заир",
}
"""Codes of past states, some of them TMDB's own (its call /configuration/countries), and two with one English name."""


def country_of(code: str, name: str = "") -> str:
    """Return the name of a country, as our vocabulary has it, else as the Unicode CLDR does, else as it came.

    Args:
        code: ISO 3166-1, two capital letters, or one of TMDB's own; "" if it is not known.
        name: in English, "" if it is not known.
    """
    known = _OWN.get(code) or country(name)
    if known in COUNTRIES:
        return known
    russian, english = _territory(code)
    known = country(english)
    return known if known in COUNTRIES else country(russian or name)


@cache
def _territory(code: str) -> tuple[str, str]:
    """Return a country's names in Russian and English, "" where there is none."""
    from babel import Locale

    return Locale("ru").territories.get(code, ""), Locale("en").territories.get(code, "")
