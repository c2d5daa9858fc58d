"""What a configuration says of each source: plain values, read by `kadr.config` and followed by `kadr.collect`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["CollectConfig", "FileSource", "SiteSource", "Source", "TmdbSource", "WikipediaSource"]


@dataclass(frozen=True, slots=True)
class CollectConfig:
    """How the web is asked for films.

    Attributes:
        folder: an absolute path, where what was fetched and harvested is kept between runs.
        contact: an address that sites find in the requests, so that they can write to whoever asks; "" for none.
        allow_private: whether addresses of the own network may be asked.
    """

    folder: Path
    contact: str = ""
    allow_private: bool = False


@dataclass(frozen=True, slots=True)
class FileSource:
    """A file of films.

    Attributes:
        name: the source's name, for rows that name none.
        path: an absolute local path or an https address.
        mapping: our field to their header (a dotted path reaches into nested JSON); it wins over known names.
        defaults: our field to the value where a row has none.
        encoding: of a text file, "" to detect it.
        limit: most rows, None for all.
        notice: what its terms ask to be shown: whose texts these are, under which licence.
        said_in: the file that says all this, for messages; "" where none does.
    """

    name: str
    path: str
    mapping: Mapping[str, str] = field(default_factory=dict, hash=False)
    defaults: Mapping[str, str] = field(default_factory=dict, hash=False)
    encoding: str = ""
    limit: int | None = None
    notice: str = ""
    said_in: str = ""


@dataclass(frozen=True, slots=True)
class SiteSource:
    """A film site: where its film pages are listed, and how politely it is asked.

    Attributes:
        name: the source's name.
        sitemaps: addresses of sitemaps or of sitemap indexes; that of a robots.txt stands for those that it names.
        lists: addresses of list pages; `{page}` in one counts from 1 until a page shows no film page that is new.
        urls: a text file of addresses, one a line, "" for none: an absolute path.
        include: patterns that the address of a film page matches, any of them, () for every page; `*` stands for any
            characters, and the first is `/` or `*`. Matched against path and query.
        exclude: patterns of pages to leave out.
        limit: most pages to ask for, None for all.
        delay_s: seconds between two requests to the host, at the least; robots.txt may ask for more.
        at_once: requests under way to the host at the same time.
        refresh_days: days for which a stored page counts as fresh.
        defaults: our field to the value of every film that has none.
        notice: what its terms ask to be shown: whose texts these are, under which licence.
    """

    name: str
    sitemaps: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    urls: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    limit: int | None = None
    delay_s: float = 1.0
    at_once: int = 2
    refresh_days: int = 7
    defaults: Mapping[str, str] = field(default_factory=dict, hash=False)
    notice: str = ""


@dataclass(frozen=True, slots=True)
class WikipediaSource:
    """Films of Wikidata that have an article in the first language.

    Attributes:
        name: the source's name.
        languages: of the articles, the first required, the others taken where they are: "ru", "en".
        years: first and last year of release, inclusive.
        known_in: least number of wikis that have a page about it; it stands for how known a film is.
        kinds: "film", "series", or both.
        limit: most films, the most widely known first, None for all.
        refresh_days: days for which a stored answer counts as fresh.
        wikidata, sparql: base addresses of the two services; `articles` of the wikis, `{language}` in its place.
        notice: whose texts these are, under which licence.
    """

    name: str
    languages: tuple[str, ...] = ("ru", "en")
    years: tuple[int, int] = (1900, 2100)
    known_in: int = 5
    kinds: tuple[str, ...] = ("film", "series")
    limit: int | None = None
    refresh_days: int = 7
    sparql: str = "https://query.wikidata.org/sparql"
    wikidata: str = "https://www.wikidata.org/w/api.php"
    articles: str = "https://{language}.wikipedia.org/w/api.php"
    notice: str = "Wikipedia (CC BY-SA 4.0), Wikidata (CC0)"


@dataclass(frozen=True, slots=True)
class TmdbSource:
    """Films of The Movie Database, by its API.

    Attributes:
        name: the source's name.
        languages: of texts, the first wanted, the others where it has none: "ru-RU", "en-US".
        years: first and last year of release, inclusive.
        min_votes: least number of votes there.
        kinds: "film", "series", or both.
        limit: most films, the most voted-for first, None for all.
        refresh_days: days for which a stored answer counts as fresh.
        url: base address of the API.
        notice: the words that its terms ask for.
    """

    name: str
    languages: tuple[str, ...] = ("ru-RU", "en-US")
    years: tuple[int, int] = (1900, 2100)
    min_votes: int = 50
    kinds: tuple[str, ...] = ("film", "series")
    limit: int | None = None
    refresh_days: int = 7
    url: str = "https://api.themoviedb.org/3"
    notice: str = "This product uses the TMDB API but is not endorsed or certified by TMDB."


Source = FileSource | SiteSource | WikipediaSource | TmdbSource
"""Any of them."""
