"""The parameters of an address, each with what it means and what it may be, and what they ask of the engine."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from kadr.engine import MAX_DEPTH, MAX_K, SearchOptions
from kadr.film import FIRST_YEAR, LAST_YEAR, MAX_AGE_RATING, MAX_RATING, MAX_TITLE, Kind
from kadr.recommend.types import DIVERSITY, MAX_EVENTS, Alike
from kadr.search.types import Filters
from kadr.web.parameters import NUMBER, WHOLE, Flag, Parameters, Unsaid
from kadr.web.predicting import ModelName

__all__ = [
    "BUDGET_MS",
    "MAX_TEXT",
    "Drawn",
    "FilterParameters",
    "Narrowing",
    "Near",
    "QueryParameters",
    "RecommendParameters",
    "SearchParameters",
    "Typed",
]

BUDGET_MS = 300
"""What an answer may take where a request does not say: a page that is typed into feels slow beyond it."""
MAX_BUDGET_MS = 10_000
"""A request holds a thread for so long at the most."""
MAX_TEXT = 4_000
"""Characters of a query: a long retelling has 3,000, and four thousand Cyrillic ones fill 24 kB of an address."""
MAX_TYPED = 400
"""Characters of what is suggested for, or was searched for before: eleven of them fit into an address in any script."""
MAX_VALUES = 20
"""Values of one filter: more than a person chooses, and an address still has room for several of them."""
MAX_BOUND = 1_000_000_000
MAX_RUNTIME = 6_000
MAX_SEED = 2**31 - 1
MAX_SUGGESTIONS = 20
MAX_RECENT = 10
MAX_WISH = MAX_TITLE + 50
"""Characters of a wish's key: its kind and, at the longest, a title."""


Text = Annotated[str, StringConstraints(max_length=MAX_TEXT)]
Short = Annotated[str, StringConstraints(max_length=MAX_TYPED)]
Names = Annotated[
    tuple[Annotated[str, StringConstraints(min_length=1, max_length=MAX_TITLE)], ...], Field(max_length=MAX_VALUES)
]
Spans = Annotated[
    tuple[Annotated[str, StringConstraints(pattern="^[0-9]{4}-[0-9]{4}$")], ...], Field(max_length=MAX_VALUES)
]
WishKeys = Annotated[
    tuple[Annotated[str, StringConstraints(min_length=1, max_length=MAX_WISH)], ...], Field(max_length=MAX_VALUES)
]
Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR), WHOLE]
Bound = Annotated[int, Field(ge=0, le=MAX_BOUND), WHOLE]
Minutes = Annotated[int, Field(ge=0, le=MAX_RUNTIME), WHOLE]
Age = Annotated[int, Field(ge=0, le=MAX_AGE_RATING), WHOLE]
Rating = Annotated[float, Field(ge=0, le=MAX_RATING, allow_inf_nan=False), NUMBER]


class FilterParameters(Parameters):
    """Wishes that a film must meet to be in an answer; those about something that it does not know it fails."""

    year_from: Year | Unsaid = Field(None, description="The earliest year. A range that stands upside down is turned.")
    year_to: Year | Unsaid = Field(None, description="The latest year.")
    years: Spans = Field((), description="Spans of years, of which one must hold the film's.", examples=[["1980-1989"]])
    kind: tuple[Literal["film", "series"], ...] = Field((), max_length=2, description="Films, series, or either.")
    genre: Names = Field((), description="Any of these genres, in Russian or English.", examples=[["драма"]])
    all_genres: Names = Field((), description="All of these genres.")
    not_genre: Names = Field((), description="None of these genres.")
    country: Names = Field((), description="Any of these countries, in Russian or English.")
    not_country: Names = Field((), description="None of these countries.")
    director: Names = Field((), description="Directed by any of these people.")
    actor: Names = Field((), description="With any of these people.")
    person: Names = Field((), description="Directed by or with any of these people.")
    not_person: Names = Field((), description="Neither directed by nor with any of these people.")
    theme: Names = Field((), description="Of any of these themes, by id.")
    rating_min: Rating | Unsaid = Field(None, description="The lowest rating, of ten.")
    votes_min: Bound | Unsaid = Field(None, description="The least number of votes.")
    runtime_min: Minutes | Unsaid = Field(None, description="The shortest length in minutes.")
    runtime_max: Minutes | Unsaid = Field(None, description="The greatest length in minutes.")
    age_min: Age | Unsaid = Field(None, description="The lowest age rating.")
    age_max: Age | Unsaid = Field(None, description="The highest age rating.")
    has_poster: Flag = Field(default=False, description="Whether only films with a poster are wanted.")

    def filters(self) -> Filters:
        """Return what a film must meet."""
        years, runtimes = _upright(self.year_from, self.year_to), _upright(self.runtime_min, self.runtime_max)
        ages = _upright(self.age_min, self.age_max)
        spans = (sorted(int(year) for year in span.split("-")) for span in self.years)
        return Filters(
            year_from=years[0],
            year_to=years[1],
            years_any=tuple((low, high) for low, high in spans),
            kinds=tuple(Kind(each) for each in self.kind),
            genres_any=self.genre,
            genres_all=self.all_genres,
            genres_none=self.not_genre,
            countries_any=self.country,
            countries_none=self.not_country,
            directors=self.director,
            actors=self.actor,
            people_any=self.person,
            people_none=self.not_person,
            themes=self.theme,
            rating_min=self.rating_min,
            votes_min=self.votes_min,
            runtime_min=runtimes[0],
            runtime_max=runtimes[1],
            age_min=ages[0],
            age_max=ages[1],
            has_poster=self.has_poster,
        )


class QueryParameters(Parameters):
    """What is looked for, and how."""

    q: Text = Field("", description="What the film is about, or a title, in any words; empty for the best known films.")
    mode: Literal["hybrid", "semantic", "lexical"] = Field("hybrid", description="By meaning and words, or by one.")
    measure: Literal["cosine", "dot", "l2"] = Field("cosine", description="How vectors are compared.")
    wishes: Flag = Field(
        default=True, description="Whether years, genres, people and the like are read out of the query."
    )
    ignored: WishKeys = Field((), description="Keys of wishes that are none this time, as the answer names them.")
    as_typed: Flag = Field(default=False, description="Whether the query is left as it is spelled.")
    timeout_ms: Annotated[int, Field(ge=0, le=MAX_BUDGET_MS), WHOLE] = Field(
        BUDGET_MS, description="Milliseconds for the answer; a hosted model that takes longer is not waited for."
    )


class Narrowing(FilterParameters, QueryParameters):
    """What decides which films are in an answer, and nothing of their order or number."""

    def options(self, budget_ms: float) -> SearchOptions:
        """Return what the engine is asked beside the query; `budget_ms` is what a hosted model is waited for."""
        return SearchOptions(
            filters=self.filters(),
            mode=self.mode,
            measure=self.measure,
            wishes=self.wishes,
            ignored=self.ignored,
            as_typed=self.as_typed,
            budget_ms=budget_ms,
        )


class SearchParameters(Narrowing):
    """All that a search may say."""

    k: Annotated[int, Field(ge=1, le=MAX_K), WHOLE] | Unsaid = Field(
        None, description="Films on the page; where it is not given, KADR_RESULTS of the server, which is 10."
    )
    offset: Annotated[int, Field(ge=0, le=MAX_DEPTH), WHOLE] = Field(0, description="Films before the page.")
    sort: Literal["relevance", "newest", "oldest", "rating"] = Field("relevance", description="The order.")
    facets: Flag = Field(default=True, description="Whether what may be chosen next is counted.")

    def page(self, budget_ms: float, results: int) -> SearchOptions:
        """Return what the engine is asked beside the query; `results` counts where no number was given."""
        return {
            **self.options(budget_ms),
            "k": self.k or results,
            "offset": self.offset,
            "sort": self.sort,
            "facets": self.facets,
        }


class RecommendParameters(FilterParameters):
    """Which films are recommended, and how many."""

    k: Annotated[int, Field(ge=1, le=MAX_K), WHOLE] = Field(10, description="Films wanted.")
    offset: Annotated[int, Field(ge=0, le=MAX_DEPTH), WHOLE] = Field(0, description="Films before them.")
    diversity: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False), NUMBER] = Field(
        DIVERSITY, description="How much variety counts beside nearness, 0 to 1."
    )
    reasons: Annotated[int, Field(ge=0, le=MAX_EVENTS), WHOLE] = Field(
        10, description="Films of the history that are named for each film, those that speak the loudest."
    )
    model_name: ModelName | Unsaid = Field(
        None, description="One of those that `/models` lists; the first of them where it is not given."
    )


class Near(FilterParameters):
    """Which films like one are wanted, and how many."""

    k: Annotated[int, Field(ge=1, le=MAX_K), WHOLE] = Field(10, description="Films wanted.")
    by: Alike = Field(
        "fused", description="Alike in meaning, in features such as people and genres, in audience, or in all of it."
    )
    sequels: Flag = Field(
        default=False,
        description="Whether films of one series come one after the other; else the best comes, and names them.",
    )


class Typed(Parameters):
    """What somebody is typing."""

    q: Short = Field(description="What was typed so far.", examples=["мал"])
    k: Annotated[int, Field(ge=1, le=MAX_SUGGESTIONS), WHOLE] = Field(8, description="Suggestions wanted.")
    recent: Annotated[tuple[Short, ...], Field(max_length=MAX_RECENT)] = Field(
        (), description="The last queries of the same visitor, the last one last: films near to them come sooner."
    )


class Drawn(Parameters):
    """How films are drawn by lot."""

    k: Annotated[int, Field(ge=1, le=MAX_K), WHOLE] = Field(1, description="Films wanted.")
    seed: Annotated[int, Field(ge=0, le=MAX_SEED), WHOLE] | Unsaid = Field(
        None, description="The same one draws the same films of one bundle; without it each answer is another."
    )


def _upright(low: int | None, high: int | None) -> tuple[int | None, int | None]:
    """Return a range with its lower end first: what one means that stands upside down is plain."""
    return (high, low) if low is not None and high is not None and low > high else (low, high)
