"""What a search may ask, and what it may not."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from numbers import Integral, Real
from typing import NotRequired, Self, TypedDict

from kadr.errors import QueryError
from kadr.film import Kind
from kadr.index.vectors import MEASURES, Measure
from kadr.search.filters import check_filters
from kadr.search.types import Filters, Mode, Sort

__all__ = ["BUDGET_MS", "MAX_DEPTH", "MAX_K", "MAX_QUERY", "Request", "SearchOptions"]

BUDGET_MS = 1_500
"""What a visitor waits for a hosted encoder at the most: longer, and a page feels broken; a warm one takes 200."""
MAX_BUDGET_MS = 60_000

MAX_K = 100
"""Films on one page."""
MAX_DEPTH = 10_000
"""How far one may page; beyond it a filter finds more than patience does."""
MAX_QUERY = 10_000
"""Characters of a query: a long retelling has 3,000."""


SHOWN = 80
"""Characters of a wrong value that are told."""


class SearchOptions(TypedDict):
    """What a search may say beside its query; each has a default.

    k: films on the page, 1 to 100 (10). offset: films before it (0). filters: wishes each film must meet (none).
    mode: hybrid, semantic or lexical (hybrid). sort: relevance, newest, oldest or rating (relevance). measure: cosine,
    dot or l2, how vectors are compared (cosine). facets: whether they are counted (True). budget_ms: milliseconds that
    may be waited for a hosted encoder, 0 to 60,000 (1,500); what comes later serves the next who asks the same.
    wishes: whether wishes are read out of the query (True). ignored: keys of wishes that are none this time (none).
    as_typed: whether the query is searched as it is spelled, corrected in nothing (False).
    """

    k: NotRequired[int]
    offset: NotRequired[int]
    filters: NotRequired[Filters]
    mode: NotRequired[Mode | str]
    sort: NotRequired[Sort | str]
    measure: NotRequired[Measure]
    facets: NotRequired[bool]
    budget_ms: NotRequired[float]
    wishes: NotRequired[bool]
    ignored: NotRequired[tuple[str, ...]]
    as_typed: NotRequired[bool]


@dataclass(frozen=True, slots=True)
class Request:
    """A search, checked; the fields are those of `SearchOptions`."""

    query: str
    k: int = 10
    offset: int = 0
    filters: Filters = Filters()  # noqa: RUF009  # frozen: one empty Filters may serve all requests
    mode: Mode = Mode.HYBRID
    sort: Sort = Sort.RELEVANCE
    measure: Measure = "cosine"
    facets: bool = True
    budget_ms: float = BUDGET_MS
    wishes: bool = True
    ignored: tuple[str, ...] = ()
    as_typed: bool = False

    @classmethod
    def checked(cls, query: str, options: SearchOptions) -> Self:
        """Return the request that options make, each brought into its form.

        Raises:
            QueryError: one is of another type or out of its range; the message names it.
        """
        _check_types(query, options)
        request = cls(query.strip(), **{**options, "mode": _mode(options), "sort": _sort(options)})  # type: ignore[arg-type]
        if len(request.query) > MAX_QUERY:
            raise QueryError(f"query: has {len(request.query)} characters, at most {MAX_QUERY} are allowed; shorten it")
        if not 1 <= request.k <= MAX_K:
            raise QueryError(f"k: {request.k} is not between 1 and {MAX_K}")
        if not 0 <= request.offset <= MAX_DEPTH:
            raise QueryError(f"offset: {request.offset} is not between 0 and {MAX_DEPTH}")
        if request.measure not in MEASURES:
            raise QueryError(f"measure: {request.measure!r} is none of {', '.join(MEASURES)}")
        if not 0 <= request.budget_ms <= MAX_BUDGET_MS:
            raise QueryError(f"budget_ms: {request.budget_ms} is not between 0 and {MAX_BUDGET_MS}")
        _check_filter_types(request.filters)
        check_filters(request.filters)
        return request


_FLAGS = frozenset(["facets", "wishes", "as_typed"])
_FILTERS = {field.name: field.default for field in fields(Filters)}
_NAMES = frozenset(field.name for field in fields(Request)) - {"query"}


def _check_types(query: object, options: Mapping[str, object]) -> None:
    """Raise where an option is no such thing as it should be: it comes from a link, a script or a model.

    Raises:
        QueryError: the message names the option.
    """
    if not isinstance(query, str):
        raise QueryError(f"query: must be text, not {_kind(query)}")
    for name, value in options.items():
        if name not in _NAMES:
            raise QueryError(f"{name}: is no option of a search; there are {', '.join(sorted(_NAMES))}")
        wanted = _lacks(name, value)
        if wanted:
            raise QueryError(f"{name}: must be {wanted}, not {_kind(value)}")


def _lacks(name: str, value: object) -> str:
    """Return what an option must be where it is not, "" where it is."""
    if name in {"k", "offset"}:
        return "" if _is_number(value) and isinstance(value, Integral) else "a whole number"
    if name == "budget_ms":
        return "" if _is_number(value) else "a number of milliseconds"
    if name in _FLAGS:
        return "" if isinstance(value, bool) else "true or false"
    if name == "filters":
        return "" if isinstance(value, Filters) else "Filters"
    if name == "ignored":
        return "" if _all_are(str, value) else "a tuple of keys of wishes"
    return "" if isinstance(value, str) else "text"


def _check_filter_types(filters: Filters) -> None:
    """Raise where a filter is of another type than its field.

    Raises:
        QueryError: the message names the field.
    """
    for name, usual in _FILTERS.items():
        value = getattr(filters, name)
        if value is usual:
            continue
        if name == "years_any":
            spans = isinstance(value, tuple | list) and all(_all_are(Integral, each) for each in value)
            fits, wanted = spans and all(len(each) == 2 for each in value), "pairs of years"
        elif name == "kinds":
            fits, wanted = _all_are(Kind, value), "a tuple of Kind"
        elif usual == ():
            fits, wanted = _all_are(str, value), "a tuple of texts"
        elif usual is False:
            fits, wanted = isinstance(value, bool), "true or false"
        else:
            fits, wanted = value is None or _is_number(value), "a number"
        if not fits:
            raise QueryError(f"{name}: must be {wanted}, not {_kind(value)}")


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _all_are(kind: type, values: object) -> bool:
    """Tell whether something is a row of values of one kind; a lone text is none, though it could be gone through."""
    return isinstance(values, tuple | list | set | frozenset) and all(
        isinstance(value, kind) and not isinstance(value, bool) for value in values
    )


def _kind(value: object) -> str:
    return f"{value!r} ({type(value).__name__})"[:SHOWN]


def _mode(options: Mapping[str, object]) -> Mode:
    mode = options.get("mode", Mode.HYBRID)
    asked = [m.value for m in Mode if m is not Mode.POPULAR]
    if mode not in asked:
        raise QueryError(f"mode: {mode!r} is none of {', '.join(asked)}")
    return Mode(mode)


def _sort(options: Mapping[str, object]) -> Sort:
    sort = options.get("sort", Sort.RELEVANCE)
    if sort not in [s.value for s in Sort]:
        raise QueryError(f"sort: {sort!r} is none of {', '.join(s.value for s in Sort)}")
    return Sort(sort)
