"""What is shown of a wish, in the language of the query."""

from kadr.search.understand.lexicon import REGIONS
from kadr.vocabulary import country_en, genre_en

__all__ = ["label"]

_SHOWN = {
    "series": ("сериал", "series"), "film": ("фильм", "film"), "old": ("старый", "old"), "new": ("новый", "new"),
    "грустный": ("грустный", "sad"), "добрый": ("добрый", "feel-good"), "мрачный": ("мрачный", "dark"),
    "смешной": ("смешной", "funny"), "страшный": ("страшный", "scary"), "легкий": ("лёгкий", "light"),
    "атмосферный": ("атмосферный", "atmospheric"), "напряжённый": ("напряжённый", "gripping"),
    "умный": ("умный", "clever"), "английский": ("на английском", "in English"),
    "русский": ("на русском", "in Russian"), "французский": ("на французском", "in French"),
    "немецкий": ("на немецком", "in German"), "испанский": ("на испанском", "in Spanish"),
    "итальянский": ("на итальянском", "in Italian"), "японский": ("на японском", "in Japanese"),
    "корейский": ("на корейском", "in Korean"), "китайский": ("на китайском", "in Chinese"),
}  # fmt: skip
_UNITS = {
    "runtime": (("", " мин"), ("", " min")),
    "rating": (("рейтинг ", ""), ("rating ", "")),
    "age": (("", "+"), ("", "+")),
    "years": (("", ""), ("", "")),
}


def label(kind: str, value: str, *, english: bool) -> str:
    """Return what is shown of a wish that names nobody, in Russian or English."""
    if kind in {"genre", "country"}:
        translate = genre_en if kind == "genre" else _place_en
        names = value.replace("+", "/").split("/")
        return (" + " if "+" in value else " / ").join(translate(name) if english else name for name in names)
    parts = value.split("/")
    if parts[0] in _SHOWN:
        return " / ".join(_SHOWN[part][english] for part in parts)
    if kind not in _UNITS:
        return value
    before, after = _UNITS[kind][english]
    shown = " / ".join(_range(part, is_age=kind == "age") for part in parts)
    return f"{before}{shown}{after}"


def _place_en(name: str) -> str:
    return REGIONS[name][0] if name in REGIONS else country_en(name)


def _range(value: str, *, is_age: bool) -> str:
    low, _, high = value.partition("-")
    if is_age:
        return low or high
    if low and high:
        return low if low == high else f"{low}–{high}"  # an en dash between two numbers
    return f"≥ {low}" if low else f"≤ {high}"
