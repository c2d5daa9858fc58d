"""Articles of one Wikipedia, many at once: titles -> source texts, and what the wiki knows of each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, quote_plus

from kadr.collect import values
from kadr.collect.download import shown_url
from kadr.collect.json_answers import dig, listed, text_at
from kadr.collect.wikipedia.answers import MAX_LAG_S, Api, Parts, in_parts
from kadr.errors import PageError
from kadr.text import plain

__all__ = ["Article", "article_url", "ask_articles", "image_page"]

_MOST_TITLES = 50  # of a question, for programs without the right to more (mediawiki.org, "API:Query")
_MOST_ESCAPED = 6_000
"""Characters of titles in an address, where a Cyrillic letter is six: the fetcher takes addresses of 7,500, and the
rest of the question, with the mark of a continued one, takes up to 1,000."""
_POSTER_WIDTH = 500
"""One of the widths that Wikimedia serves; others are refused (mediawiki.org, "Common thumbnail sizes")."""
_COMMONS = "/wikipedia/commons/"
"""In the addresses of pictures that all wikis share; those of a wiki's own have its language there."""
_HOPS = 4  # normalised, redirected, and a double redirect that nobody has mended yet
_LONGEST_NAME = 255  # bytes of a title, of a file as of an article (mediawiki.org, "Manual:Page title")
_QUERY: Mapping[str, str] = {
    "action": "query",
    "format": "json",
    "formatversion": "2",
    "maxlag": f"{MAX_LAG_S:.0f}",
    "redirects": "1",
    "prop": "revisions|pageimages|pageprops",
    "rvprop": "content",
    "rvslots": "main",
    "ppprop": "disambiguation|wikibase_item",
    "piprop": "thumbnail|name",
    "pithumbsize": str(_POSTER_WIDTH),
    "pilicense": "free",  # posters that are used under fair use belong to their makers
    "pilimit": str(_MOST_TITLES),
}


@dataclass(frozen=True, slots=True)
class Article:
    """An article as its wiki has it.

    Attributes:
        title: of the article that was found, behind redirects.
        wikitext: its source.
        item: the entry of Wikidata that it is about, "" where it is about none.
        disambiguation: whether it only lists articles of one name.
        image_url: a free picture, "" where there is none.
        image_name: of that picture's file, which has a page of its own: who made it, under which licence.
        fetched_at: ISO 8601.
    """

    title: str
    wikitext: str = field(repr=False)
    item: str
    disambiguation: bool
    image_url: str
    image_name: str
    fetched_at: str


def article_url(language: str, title: str) -> str:
    """Return where a person reads an article."""
    return f"https://{language}.wikipedia.org/wiki/{_in_address(title)}"


def image_page(language: str, article: Article) -> str:
    """Return where a person reads whose the picture of an article is: mostly a page of Wikimedia Commons."""
    host = "commons.wikimedia.org" if _COMMONS in article.image_url else f"{language}.wikipedia.org"
    return f"https://{host}/wiki/File:{_in_address(article.image_name)}"


def ask_articles(api: Api, titles: Sequence[str]) -> Parts[str, Article]:
    """Return the articles of titles, as far as there are any, and what went wrong with others."""
    found: dict[str, Article] = {}
    failed: dict[str, PageError] = {}
    for batch in _batches(titles):
        some, others = in_parts(batch, lambda part: _ask(api, part))
        found |= some
        failed |= others
    return found, failed


def _in_address(title: str) -> str:
    return quote(title.replace(" ", "_"), safe="/:(),!")


def _batches(titles: Sequence[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    length = 0
    for title in titles:
        if "|" in title:
            continue  # parts titles in a question, and is in none
        size = len(quote_plus(title)) + 3
        if batch and (len(batch) == _MOST_TITLES or length + size > _MOST_ESCAPED):
            yield batch
            batch, length = [], 0
        batch.append(title)
        length += size
    if batch:
        yield batch


def _ask(api: Api, titles: Sequence[str]) -> dict[str, Article]:
    """Ask for articles, as often as the answer is continued: it holds so many bytes at most.

    Raises:
        PageError: there was no answer, or an odd one.
    """
    pages: dict[str, dict[str, Any]] = {}
    moved: dict[str, str] = {}
    fetched_at = ""
    for answer, fetched_at in api.ask_all({**_QUERY, "titles": "|".join(titles)}, stale=True):  # noqa: B007 - of the last part
        if not isinstance(dig(answer, "query", "pages"), list):
            raise PageError(shown_url(api.base), "an odd answer", "holds no pages")
        for page in dig(answer, "query", "pages"):
            pages.setdefault(text_at(page, "title"), {}).update(page if isinstance(page, dict) else {})
        for step in (*listed(dig(answer, "query", "normalized")), *listed(dig(answer, "query", "redirects"))):
            moved[text_at(step, "from")] = text_at(step, "to")
    found = {title: pages.get(_target(title, moved)) for title in titles}
    return {title: each for title, page in found.items() if page and (each := _article(page, fetched_at))}


def _target(title: str, moved: Mapping[str, str]) -> str:
    for _ in range(_HOPS):
        title = moved.get(title, title)
    return title


def _article(page: Mapping[str, Any], fetched_at: str) -> Article | None:
    """Return the article of a page, None where it is missing or no text."""
    revisions = listed(page.get("revisions"))
    main = dig(revisions[0], "slots", "main") if revisions else None
    if "missing" in page or not isinstance(dig(main, "content"), str):
        return None
    props, image_name = page.get("pageprops"), plain(text_at(page, "pageimage"))[:_LONGEST_NAME]
    try:
        image_url = values.url_of(text_at(page, "thumbnail", "source"))
    except ValueError:
        image_url = ""
    return Article(
        title=text_at(page, "title"),
        wikitext=text_at(main, "content"),
        item=text_at(props, "wikibase_item")[:_LONGEST_NAME],
        disambiguation=isinstance(props, dict) and "disambiguation" in props,
        image_url=image_url if image_name else "",  # what cannot be credited is not shown
        image_name=image_name,
        fetched_at=fetched_at,
    )
