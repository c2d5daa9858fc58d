"""Entries of Wikidata, fifty at once: those of films whole, of all others their names."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from kadr.collect.download import shown_url
from kadr.collect.json_answers import dig
from kadr.collect.wikipedia.answers import MAX_LAG_S, Api, Parts, in_parts
from kadr.collect.wikipedia.entity import MUL, label_of
from kadr.errors import PageError

__all__ = ["Names", "ask_entries", "batches"]

_MOST = 50  # entries of a question (wikidata.org, "Special:ApiHelp/wbgetentities")
_CUT = 64
"""A batch ends behind a number that is divisible by this, if it is not full before."""

_TIMES = 3
"""A country that cannot be named costs all its films; a name that never comes is not asked for with each of them."""


def batches(qids: Iterable[str]) -> Iterator[list[str]]:
    """Part entries into questions of up to fifty, so that one entry more changes the questions next to it alone.

    Were each batch simply full, a new film would shift all others, and no stored answer would serve again.
    """
    batch: list[str] = []
    for qid in sorted(set(qids), key=lambda each: int(each[1:])):
        batch.append(qid)
        if len(batch) == _MOST or int(qid[1:]) % _CUT == 0:
            yield batch
            batch = []
    if batch:
        yield batch


def ask_entries(api: Api, qids: Sequence[str], languages: Sequence[str], props: str) -> Parts[str, Any]:
    """Return the raw entries of numbers, and why others could not be had.

    Args:
        api: of Wikidata.
        qids: up to fifty of them.
        languages: of labels.
        props: parts of an entry: "labels", "claims", "sitelinks", with bars between.
    """
    query = {
        "action": "wbgetentities",
        "format": "json",
        "formatversion": "2",
        "maxlag": f"{MAX_LAG_S:.0f}",
        "props": props,
        "languages": "|".join((*languages, MUL)),
    }

    def ask(part: Sequence[str]) -> dict[str, Any]:
        answer, _ = api.ask({**query, "ids": "|".join(part)}, stale=True)
        entries = dig(answer, "entities")
        if not isinstance(entries, dict):
            raise PageError(shown_url(api.base), "an odd answer", "holds no entries")
        return {qid: entries[qid] for qid in part if qid in entries}

    return in_parts(qids, ask)


class Names:
    """Names of entries, each asked for until it is known, a few times at most."""

    def __init__(self, api: Api, languages: Sequence[str]) -> None:
        self._api, self._languages = api, languages
        self._known: dict[str, str] = {}
        self._faults: dict[str, PageError] = {}
        self._failed: Counter[str] = Counter()

    def learn(self, qids: Iterable[str]) -> None:
        """Ask for the names that are not known yet."""
        hopeless = {qid for qid, times in self._failed.items() if times == _TIMES}
        for batch in batches(set(qids) - self._known.keys() - hopeless):
            found, failed = ask_entries(self._api, batch, self._languages, "labels")
            self._known |= {qid: label_of(found.get(qid), self._languages) for qid in batch if qid not in failed}
            self._faults |= failed
            self._failed.update(failed.keys())

    def fault(self, qids: Iterable[str]) -> PageError | None:
        """Return why the name of one of these entries could not be had; None where all could, or there is none."""
        return next((self._faults[qid] for qid in qids if qid not in self._known), None)

    def of(self, qids: Iterable[str]) -> tuple[str, ...]:
        """Return the names of entries, each once, without those that have none."""
        return tuple(dict.fromkeys(name for qid in qids if (name := self._known.get(qid, ""))))
