"""The table of cases: how much of what is wished is understood, and how much of what is not is let alone."""

from collections import Counter

from kadr.search.understand import understand
from kadr.text import language_of
from tests.search.understand.shelf import FILMS
from tests.search.understand.shelved import CASES, KNOWN

LEAST_PRECISION, LEAST_RECALL = 0.95, 0.9
KINDS = ("genre", "years", "country", "kind", "person", "runtime", "age", "rating", "mood", "language", "like", "words")
MOST_WRONG = 0.05
"""Share of the expected wishes, and of the judged texts, that may be of the wrong strength, or cut wrongly."""


def kind_of(key: str) -> str:
    return key.lstrip("-").partition(":")[0]


def test_the_table_is_large_and_half_of_it_are_negatives() -> None:
    negatives = [case for case in CASES if not case.wishes]
    languages = Counter(language_of(case.query) for case in CASES)
    assert len(CASES) >= 400
    assert 0.4 <= len(negatives) / len(CASES) <= 0.6
    assert languages["en"] >= 120
    assert languages["ru"] >= 200
    assert len({case.query for case in CASES}) == len(CASES)


def test_wishes_are_understood_and_the_rest_is_let_alone() -> None:
    right: Counter[str] = Counter()
    told: Counter[str] = Counter()
    meant: Counter[str] = Counter()
    for case in CASES:
        got = {wish.key for wish in understand(case.query, KNOWN).wishes}
        right.update(kind_of(key) for key in got & set(case.wishes))
        told.update(map(kind_of, got))
        meant.update(map(kind_of, case.wishes))
    assert set(meant) == set(KINDS)
    for kind in (*KINDS, "all"):
        n_right, n_told, n_meant = (
            (counter.total() if kind == "all" else counter[kind]) for counter in (right, told, meant)
        )
        precision, recall = n_right / n_told, n_right / n_meant
        print(f"{kind:9} precision {precision:.3f}  recall {recall:.3f}  of {n_meant}")  # noqa: T201 - for `pytest -s`
        # One mistake in twenty wishes is more than the bound allows; kinds with fewer cases may have one.
        slack = 1 if n_meant < 20 else 0
        assert n_right + slack >= LEAST_PRECISION * n_told, kind
        assert n_right + slack >= LEAST_RECALL * n_meant, kind


def test_wishes_are_as_strong_as_they_were_put() -> None:
    wrong = [
        (case.query, wish.key)
        for case in CASES
        for wish in understand(case.query, KNOWN).wishes
        if case.wishes.get(wish.key, wish.soft) != wish.soft
    ]
    assert len(wrong) <= MOST_WRONG * sum(len(case.wishes) for case in CASES), wrong


def test_what_remains_is_what_was_not_understood() -> None:
    judged = [case for case in CASES if case.text is not None]
    wrong = [(case.query, understand(case.query, KNOWN).text) for case in judged]
    wrong = [(query, text) for (query, text), case in zip(wrong, judged, strict=True) if text != case.text]
    assert len(wrong) <= MOST_WRONG * len(judged), wrong


def test_no_title_of_the_shelf_is_taken_apart() -> None:
    for film in FILMS:
        for title in {film.title, film.original_title, film.title.upper(), film.title.casefold()} - {""}:
            got = understand(title, KNOWN)
            assert (got.wishes, got.text) == ((), title)
