"""What is known of one film, as HTML for its page. Whatever comes from data is hostile: it is escaped here."""

import re
from html import escape
from urllib.parse import urlsplit

from app.cards import DOT, other_title, safe_url
from app.texts import count, language, say
from kadr.film import Description, Film, Kind, SourceLink

__all__ = ["details", "other_texts", "source_page", "story", "texts"]

FOLDED_FROM, SHOWN = 1_200, 800
"""Characters of a text that is folded, and of what is then shown first: a screen of a phone."""
_SENTENCE = re.compile(r"[.!?…][»”\")]?\s+")
_PAGES = ("https", "http")


def details(film: Film) -> str:
    """Return what stands below the title: the other title, year, kind, length, age and rating, and the tagline."""
    named = [str(film.year or ""), say("series") if film.kind is Kind.SERIES else "", _length(film.runtime_minutes)]
    named += [f"{film.age_rating}+" if film.age_rating is not None else "", _rating(film)]
    facts = DOT.join(each for each in named if each)
    lines = (("kadr-original", other_title(film)), ("kadr-facts", facts), ("kadr-tagline", film.tagline))
    return "".join(f'<p class="{name}">{escape(text)}</p>' for name, text in lines if text)


def texts(film: Film) -> list[Description]:
    """Return the film's descriptions, those in the visitor's language first, the longest of each language first."""
    return sorted(
        (d for d in film.descriptions if d.text.strip()), key=lambda d: (d.language != language(), -len(d.text))
    )


def story(film: Film, description: Description) -> str:
    """Return one description with where it comes from; of a long one, the rest is folded away."""
    text, rest = _cut(description.text)
    more = escape(say("film_more"))
    folded = f"<details><summary>{more}</summary><p>{escape(rest)}</p></details>" if rest else ""
    spoken = f' lang="{escape(description.language)}"' if re.fullmatch("[a-z]{2,3}", description.language) else ""
    return f'<div class="kadr-story"{spoken}><p>{escape(text)}</p>{folded}{_credit(film, description)}</div>'


def other_texts(film: Film, descriptions: list[Description]) -> str:
    """Return further descriptions, folded away together; nothing where there are none."""
    told = "".join(story(film, each) for each in descriptions)
    summary = escape(say("film_told_else"))
    return f'<details class="kadr-others"><summary>{summary}</summary>{told}</details>' if told else ""


def source_page(film: Film) -> str:
    """Return a link to the page that the film's record comes from; nothing where it has none."""
    page = safe_url(film.page_url, _PAGES)
    place = urlsplit(page).hostname or ""
    return f'<p class="kadr-credit">{_link(page, say("film_page", place=place))}</p>' if page else ""


def _credit(film: Film, description: Description) -> str:
    """Return whose text this is, where the source has a page or a licence: a link to the page, and the licence."""
    link = next((each for each in film.sources if each.name == description.source), SourceLink(""))
    page = safe_url(link.url, _PAGES)
    if not page and not link.licence:
        return ""
    told = say(
        "film_source", name=", ".join(each for each in (urlsplit(page).hostname or link.name, link.licence) if each)
    )
    return f'<p class="kadr-credit">{_link(page, told) if page else escape(told)}</p>'


def _link(page: str, text: str) -> str:
    return f'<a href="{escape(page)}" target="_blank" rel="noopener noreferrer">{escape(text)}</a>'


def _cut(text: str) -> tuple[str, str]:
    """Return the beginning of a text, whole sentences where they are short enough, and what is left of it."""
    if len(text) <= FOLDED_FROM:
        return text, ""
    ends = [match.end() for match in _SENTENCE.finditer(text, 0, SHOWN)]
    at = ends[-1] if ends and ends[-1] > SHOWN // 2 else text.rfind(" ", 0, SHOWN)
    at = at if at > 0 else SHOWN
    return text[:at].rstrip(), text[at:].lstrip()


def _length(minutes: int | None) -> str:
    if minutes is None:
        return ""
    hours, rest = divmod(minutes, 60)
    if hours and rest:
        return say("film_hours", hours=hours, minutes=rest)
    return say("film_whole_hours", hours=hours) if hours else say("film_minutes", minutes=minutes)


def _rating(film: Film) -> str:
    if film.rating is None:
        return ""
    rating = f"★\u00a0{film.rating:.1f}"
    votes = count(film.votes or 0, "ballots")
    return " ".join((rating, f"({votes})")) if film.votes else rating
