"""An entry, its names and its articles -> a film. Pure functions."""

from collections.abc import Iterator, Mapping, Sequence

from kadr.collect.rows import MAX_DESCRIPTION
from kadr.collect.wikipedia.articles import Article, article_url, image_page
from kadr.collect.wikipedia.classes import CLASSES
from kadr.collect.wikipedia.entity import MUL, Entity, entity_url
from kadr.collect.wikipedia.entries import Names
from kadr.collect.wikipedia.listing import Listed
from kadr.collect.wikipedia.wikitext import read_texts
from kadr.collect.wikipedia.words import country_of, genres_and_tags, without_note
from kadr.errors import PageError
from kadr.film import LANGUAGES, MAX_TITLE, Description, Film, SourceLink, source_id
from kadr.text import normalise, plain

__all__ = ["LICENCE", "film_of"]

LICENCE = "CC BY-SA 4.0"
"""Of all texts of Wikipedia since June 2023 (foundation.wikimedia.org, "Policy:Terms of Use", 7)."""
PICTURE_LICENCE = "free licence"
"""Each free picture has its own, which its page names; the link beside it leads there."""


def film_of(
    source: str, languages: Sequence[str], listed: Listed, entity: Entity, articles: Mapping[str, Article], names: Names
) -> Film:
    """Return a film.

    Args:
        source: the source's name.
        languages: of the articles, the first required.
        listed: where the film stands in the list.
        entity: its facts.
        articles: by language, as far as there are any.
        names: of the entries that the facts name.

    Raises:
        PageError: the article is missing, about something else, or empty.
        RowError: a field is outside its range.
    """
    own = _own(entity, languages, articles)
    descriptions = [each for language, article in own.items() for each in _descriptions(source, language, article)]
    first = own[languages[0]]
    url = article_url(languages[0], first.title)
    if not any(each.language == languages[0] for each in descriptions):
        raise PageError(url, "the article has no text")
    title, original, english = _titles(entity, languages[0], first)
    implied = [CLASSES[each].genre for each in entity.classes if each in CLASSES]
    genres, tags = genres_and_tags(names.of(entity.genres), implied)
    return Film(
        id=source_id(source, entity.qid),
        title=title,
        original_title=original,
        year=entity.year,
        kind=entity.kind,
        genres=genres,
        countries=tuple(dict.fromkeys(country_of(name) for name in names.of(entity.countries))),
        directors=names.of(entity.directors),
        actors=names.of(entity.cast),
        runtime_minutes=entity.runtime_minutes,
        descriptions=tuple(descriptions),
        page_url=url,
        image_url=next((article.image_url for article in own.values() if article.image_url), ""),
        sources=(*_texts_of(source, entity, own), *_picture_of(source, own)),
        fetched_at=first.fetched_at,
        tags=tags,
        external_ids=entity.external_ids,
        extra={LANGUAGES: str(entity.languages or listed.languages)} | ({"title_en": english} if english else {}),
    )


def _own(entity: Entity, languages: Sequence[str], articles: Mapping[str, Article]) -> dict[str, Article]:
    """Return the articles on this very film, in the order of the languages; the first of these is among them.

    Raises:
        PageError: that one is missing, or about something else.
    """
    article = articles.get(languages[0])
    if article is None:
        raise PageError(entity_url(entity.qid), "the article is missing", f"in the Wikipedia of {languages[0]!r}")
    url = article_url(languages[0], article.title)
    if article.disambiguation:
        raise PageError(url, "is a disambiguation page")
    if not _is_about(entity, article):
        raise PageError(url, "is about something else", f"{article.item} is not {entity.qid}")
    return {each: articles[each] for each in languages if each in articles and _is_about(entity, articles[each])}


def _texts_of(source: str, entity: Entity, articles: Mapping[str, Article]) -> Iterator[SourceLink]:
    for language, article in articles.items():
        yield SourceLink(source, entity.qid, article_url(language, article.title), LICENCE)


def _picture_of(source: str, articles: Mapping[str, Article]) -> Iterator[SourceLink]:
    """Yield the credit of the picture that is shown, if there is one."""
    for language, article in articles.items():
        if article.image_url:
            yield SourceLink(source, f"File:{article.image_name}", image_page(language, article), PICTURE_LICENCE)
            return


def _is_about(entity: Entity, article: Article) -> bool:
    """Tell whether an article is the film's own: a redirect may lead to the book, or to all films of a series."""
    return article.item in {"", entity.qid} and not article.disambiguation


def _descriptions(source: str, language: str, article: Article) -> list[Description]:
    """Return what an article tells: the plot first, since it is what people search by, then the lead."""
    texts = read_texts(article.wikitext)
    clipped = (text[:MAX_DESCRIPTION].strip() for text in (texts.plot, texts.lead))
    return [Description(text, source, language) for text in clipped if normalise(text)]


def _titles(entity: Entity, language: str, article: Article) -> tuple[str, str, str]:
    """Return the title, and where they are others the original and the English one."""
    label = entity.labels.get(language) or entity.labels.get(MUL) or ""
    title = next(
        (each for each in map(_title, (label, article.title)) if normalise(each)), plain(article.title)[:MAX_TITLE]
    )
    english = _title(entity.titles.get("en") or entity.labels.get("en") or "")
    original = _title(entity.original_title)
    if normalise(original) == normalise(title):
        original = ""
    return title, original, english if normalise(english) not in {normalise(title), normalise(original)} else ""


def _title(text: str) -> str:
    return without_note(plain(text))[:MAX_TITLE]
