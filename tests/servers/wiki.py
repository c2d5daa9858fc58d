"""A stand-in for the Wikidata Query Service, Wikidata's API and the APIs of Wikipedias, on one port.

with WikiServer(wiki_films(100)) as server:
    read_wikipedia(server.source(), fetcher, progress=...)
"""

import re
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from kadr.sources import WikipediaSource
from tests.servers.wiki_films import NAMES, WikiFilm, entity_of
from tests.servers.wire import Loopback, Received, Reply, json_reply, text_reply

__all__ = ["Asked", "WikiServer", "busy", "cut", "lagging", "limited", "passing_faults", "web_page"]

MOST = 50
"""Ids or titles of a question, for programs without the right to more."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: `service` is "sparql", "entities" or the language of a Wikipedia; `times`: asked before, the same."""

    service: str
    query: Mapping[str, str]
    times: int

    @property
    def names(self) -> tuple[str, ...]:
        """The ids or titles that it is about."""
        return tuple(filter(None, (self.query.get("ids") or self.query.get("titles", "")).split("|")))


Faults = Callable[[Asked, Reply], Reply | None]
"""What is answered instead of the right reply; None lets that pass."""


class WikiServer:
    """Serves on the loopback from the constructor on, until `close` or the end of the `with` block.

    Args:
        films: what there is.
        redirects: title -> title, in every language.
        faults: what goes wrong.
        most_bytes: of source text in one answer; the rest is continued.
    """

    def __init__(
        self,
        films: Sequence[WikiFilm],
        *,
        redirects: Mapping[str, str] | None = None,
        faults: Faults = lambda _, __: None,
        most_bytes: int = 12_582_912,  # Wikimedia's $wgAPIMaxResultSize
    ) -> None:
        self.asked: list[Asked] = []
        self.films = {film.qid: film for film in films}
        self._articles = {
            (language, title): (film, text) for film in films for language, (title, text) in film.articles.items()
        }
        self._redirects, self._faults, self._most_bytes = redirects or {}, faults, most_bytes
        self._times: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._loopback = Loopback(self._answer)

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end."""
        return self._loopback.url

    def source(self, **settings: Any) -> WikipediaSource:
        """Return the settings of a source that reads from here."""
        source = WikipediaSource(
            "wikipedia",
            sparql=f"{self.url}/sparql",
            wikidata=f"{self.url}/wikidata/w/api.php",
            articles=f"{self.url}/{{language}}/w/api.php",
        )
        return replace(source, **settings)

    def close(self) -> None:
        """Stop, and raise what went wrong in here."""
        self._loopback.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _answer(self, received: Received) -> Reply:
        parts = urlsplit(received.path)
        service = {"/sparql": "sparql", "/wikidata/w/api.php": "entities"}.get(parts.path) or parts.path.split("/")[1]
        query = {name: found[0] for name, found in parse_qs(parts.query).items()}
        with self._lock:
            asked = Asked(service, query, self._times[received.path])
            self._times[received.path] += 1
            self.asked.append(asked)
        agent = received.headers.get("user-agent", "")
        if "http" not in agent and "@" not in agent:
            return text_reply("Please set a user-agent and respect our robot policy https://w.wiki/4wJS", 403)
        right = self._right(asked)
        return self._faults(asked, right) or right

    def _right(self, asked: Asked) -> Reply:
        if asked.service == "sparql":
            return self._listing(asked.query["query"])
        if len(asked.names) > MOST:
            name = "ids" if asked.service == "entities" else "titles"
            return _error("toomanyvalues", f'Too many values supplied for parameter "{name}". The limit is {MOST}.')
        if asked.service == "entities":
            return self._entities(asked)
        return self._pages(asked)

    def _listing(self, query: str) -> Reply:
        classes = set(re.findall(r"wd:(Q\d+)", query))
        first, after, *_ = re.findall(r'"(\d{4}-\d\d)-01T00:00:00Z"', query)
        known_in = int(re.findall(r"\?links >= (\d+)", query)[0])
        language = re.findall(r"https://(\w+)\.wikipedia", query)[0]
        rows = [
            {
                "film": {"type": "uri", "value": f"http://www.wikidata.org/entity/{film.qid}"},
                "links": _literal(str(film.languages), "http://www.w3.org/2001/XMLSchema#integer"),
                "title": {"xml:lang": language, "type": "literal", "value": film.articles[language][0]},
            }
            for film in self.films.values()
            if first <= f"{film.year}-{film.month:02}" < after
            and classes.intersection(film.classes)
            and film.languages >= known_in
            and language in film.articles
        ]
        body = {"head": {"vars": ["film", "links", "title"]}, "results": {"bindings": rows}}
        return json_reply(body, headers={"Content-Type": "application/sparql-results+json;charset=utf-8"})

    def _entities(self, asked: Asked) -> Reply:
        query = asked.query
        props, languages = query["props"].split("|"), query["languages"].split("|")
        if bad := [each for each in asked.names if not re.fullmatch(r"Q[1-9]\d*", each)]:
            return _error("no-such-entity", f'Could not find an entity with the ID "{bad[0]}".')
        entries: dict[str, Any] = {}
        for qid in asked.names:
            if qid in self.films:
                entries[qid] = entity_of(self.films[qid], props, languages)
            elif qid in NAMES:
                entries[qid] = {"type": "item", "id": qid, "labels": _labels(qid, languages)}
            else:
                entries[qid] = {"id": qid, "missing": True}
        return json_reply({"entities": entries, "success": 1})

    def _pages(self, asked: Asked) -> Reply:
        """Answer in order; what does not fit is left for the next answer, as the pages' source texts are."""
        targets: list[str] = []
        redirects, normalized = [], []
        for name in asked.names:
            title = name[:1].upper() + name[1:]
            if title != name:
                normalized.append({"fromencoded": False, "from": name, "to": title})
            if title in self._redirects:
                redirects.append({"from": title, "to": self._redirects[title]})
            targets.append(self._redirects.get(title, title))
        start = int(asked.query.get("rvcontinue", "0|0").split("|")[0])
        pages, after = self._with_texts(asked, list(dict.fromkeys(targets)), start)
        answer: dict[str, Any] = {"query": {"pages": pages}}
        answer["query"] |= {"normalized": normalized} if normalized else {}
        answer["query"] |= {"redirects": redirects} if redirects else {}
        if after is None:
            return json_reply({"batchcomplete": True, **answer})
        return json_reply({"continue": {"rvcontinue": f"{after}|{after}", "continue": "||pageimages"}, **answer})

    def _with_texts(self, asked: Asked, titles: list[str], start: int) -> tuple[list[dict[str, Any]], int | None]:
        pages, size, after, language = [], 0, None, asked.service
        for place, title in enumerate(titles):
            found = self._articles.get((language, title))
            if found is None:
                pages.append({"ns": 0, "title": title, "missing": True})
                continue
            film, text = found
            page: dict[str, Any] = {"pageid": film.number, "ns": 0, "title": title}
            fits = size == 0 or size + len(text.encode()) <= self._most_bytes
            if place >= start and after is None and fits:
                size += len(text.encode())
                main = {"contentmodel": "wikitext", "contentformat": "text/x-wiki", "content": text}
                page["revisions"] = [{"slots": {"main": main}}]
            elif place >= start and after is None:
                after = place
            if start == 0:
                page["pageprops"] = {"wikibase_item": film.item or film.qid}
                page["pageprops"] |= {"disambiguation": ""} if "Q4167410" in film.classes else {}
                page |= self._picture(film, language, asked)
            pages.append(page)
        return pages, after

    def _picture(self, film: WikiFilm, language: str, asked: Asked) -> dict[str, Any]:
        """Return the picture of an article: a free one is in Commons, any other one in the wiki itself."""
        if not film.free_image and asked.query.get("pilicense", "free") == "free":
            return {}
        where, wanted = "commons" if film.free_image else language, asked.query.get("piprop", "").split("|")
        name = f"Poster_{film.number}.jpg"
        source = f"https://upload.wikimedia.org/wikipedia/{where}/thumb/a/ab/{name}/500px-{name}"
        shown = {"thumbnail": {"source": source, "width": 500, "height": 700}} if "thumbnail" in wanted else {}
        return shown | ({"pageimage": name} if "name" in wanted else {})


def busy(_: Reply) -> Reply:
    """Return what overloaded servers say."""
    return Reply(503, b"<html>upstream connect error</html>", {"Content-Type": "text/html", "Retry-After": "0"})


def limited(_: Reply) -> Reply:
    """Return what those are told who ask too often."""
    return Reply(429, b"Too many requests", {"Content-Type": "text/plain", "Retry-After": "0"})


def web_page(_: Reply) -> Reply:
    """Return a page for people, with status 200."""
    return text_reply("<!DOCTYPE html><html><title>Wikimedia Error</title></html>", kind="text/html")


def cut(right: Reply) -> Reply:
    """Return the first half of the right answer, as if that were all."""
    return replace(right, body=right.body[: len(right.body) // 2])


def lagging(_: Reply) -> Reply:
    """Return the error of an API whose database lags (mediawiki.org, "Manual:Maxlag parameter"): its status is 200."""
    info = "Waiting for 10.64.48.35: 7.5 seconds lagged."
    error = {"code": "maxlag", "info": info, "host": "10.64.48.35", "lag": 7.5, "type": "db"}
    return json_reply({"error": error}, headers={"Retry-After": "5", "X-Database-Lag": "7"})


def passing_faults(every: int) -> Faults:
    """Return faults of all sorts, at every so-manyth question when it is asked for the first time.

    A 429 is the rarest, since a polite client goes slower for a while after it.
    """
    kinds = (limited, *(busy, web_page, cut, lagging) * 3)
    count = iter(range(10**9))

    def fault(asked: Asked, right: Reply) -> Reply | None:
        if asked.times:
            return None
        number = next(count)
        kind = kinds[number // every % len(kinds)]
        if number % every or (kind is lagging and asked.service == "sparql"):  # which has no such parameter
            return None
        return kind(right)

    return fault


def _error(code: str, info: str) -> Reply:
    return json_reply({"error": {"code": code, "info": info}}, headers={"MediaWiki-API-Error": code})


def _literal(value: str, kind: str) -> dict[str, str]:
    return {"datatype": kind, "type": "literal", "value": value}


def _labels(qid: str, languages: Sequence[str]) -> dict[str, Any]:
    russian, english = NAMES[qid]
    found = {"ru": russian, "mul" if int(qid[1:]) % 2 else "en": english}
    if int(qid[1:]) % 5 == 0 and len(qid) > 6:
        del found["ru"]  # people without a Russian name
    return {each: {"language": each, "value": text} for each, text in found.items() if each in languages}
