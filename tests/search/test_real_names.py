"""People of real films are suggested by a name that is typed in the other alphabet: the promise of `bench/heard.py`."""

from pathlib import Path

import pytest

from bench.heard import known_people, paged, share
from bench.titles import russian
from kadr.index.titles import build_titles
from kadr.search.suggest import Suggester
from tests.data import real_data

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def data() -> Path:
    real_data("catalogues/merged_ru.csv")
    return real_data("pages/kinopoisk").parents[1]


@pytest.fixture(scope="module")
def asked(data: Path) -> list[tuple[str, str]]:
    return [(each.russian, each.english) for each in known_people(data)]


@pytest.fixture(scope="module")
def suggester(data: Path) -> Suggester:
    return Suggester(build_titles([*russian(data), *paged(data)]))


@pytest.mark.parametrize(("letters", "least"), [(4, 0.7), (5, 0.85), (6, 0.9)])
def test_a_surname_in_latin_letters_suggests_its_bearer(
    suggester: Suggester, asked: list[tuple[str, str]], letters: int, least: float
) -> None:
    assert share(suggester, asked, letters) >= least
