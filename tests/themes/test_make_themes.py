from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kadr.film import Film
from kadr.index.themes import NO_THEME, Themes
from kadr.themes.make import make_themes
from kadr.themes.names import MAX_NAME, Subject
from tests.themes.worlds import WORLDS, catalogue, film, vectors_of, world_of

FILMS = catalogue()
VECTORS = vectors_of(FILMS)
MADE = make_themes(VECTORS, FILMS)


def same(one: Themes, other: Themes) -> bool:
    arrays = ("of_film", "centres", "middle", "films", "founders")
    return one.themes == other.themes and all(np.array_equal(getattr(one, n), getattr(other, n)) for n in arrays)


def theme_ids(themes: Themes, films: Sequence[Film]) -> dict[str, str]:
    """Return the id of each film's theme, "" for none, by the film's id."""
    places = zip(films, themes.of_film.tolist(), strict=True)
    return {each.id: "" if place == NO_THEME else themes.themes[place].id for each, place in places}


def test_the_subjects_are_found_and_named_by_their_words() -> None:
    assert len(MADE.themes) == len(WORLDS)
    for place, theme in enumerate(MADE.themes):
        members = [FILMS[row] for row in np.flatnonzero(MADE.of_film == place)]
        assert theme.size == len(members)
        (world,) = {world_of(each) for each in members}
        words = set(WORLDS[world].split())
        assert set(theme.terms) <= words
        assert 0 < len(theme.name_ru) <= MAX_NAME
        assert set(theme.name_ru.split(", ")) <= words
        assert theme.name_en == theme.name_ru  # nothing is told in English
    assert len({theme.id for theme in MADE.themes}) == len({t.name_ru for t in MADE.themes}) == len(WORLDS)
    assert [t.size for t in MADE.themes] == sorted((t.size for t in MADE.themes), reverse=True)


def test_no_more_than_the_bound_is_left_out_and_the_centres_are_the_films_own() -> None:
    assert np.mean(MADE.of_film == NO_THEME) <= 0.4
    unit = VECTORS / np.linalg.norm(VECTORS, axis=1, keepdims=True)
    cosines = (unit - MADE.middle) @ MADE.centres.T
    inside = MADE.of_film != NO_THEME
    assert np.array_equal(cosines.argmax(axis=1)[inside], MADE.of_film[inside])
    assert np.linalg.norm(MADE.centres, axis=1) == pytest.approx(1, abs=1e-5)


def test_the_same_films_give_the_same_themes_with_and_without_a_bundle_before() -> None:
    assert same(make_themes(VECTORS, FILMS), MADE)
    assert same(make_themes(VECTORS, FILMS, MADE), MADE)


def test_a_few_changes_move_nobody_else_though_the_encoder_was_fitted_anew() -> None:
    films = sorted([*FILMS[3:], film("sea", 900), film("space", 901), film("sea", 902)], key=lambda each: each.id)
    after = make_themes(vectors_of(films, turn=7), films, MADE)
    old, new = theme_ids(MADE, FILMS), theme_ids(after, films)
    assert all(new[film_id] == theme for film_id, theme in old.items() if film_id in new)
    assert {t.id: (t.name_ru, t.terms) for t in after.themes} == {t.id: (t.name_ru, t.terms) for t in MADE.themes}
    seas = {new[each.id] for each in films if world_of(each) == "sea"} - {""}
    assert {new["sea-900"], new["sea-902"]} <= seas | {""}
    assert sum(t.size for t in after.themes) == sum(theme != "" for theme in new.values())


def test_a_film_whose_text_is_another_one_goes_where_it_belongs() -> None:
    moved = next(row for row, place in enumerate(MADE.of_film) if place != NO_THEME and world_of(FILMS[row]) == "sea")
    target = next(
        row for row, place in enumerate(MADE.of_film) if place != NO_THEME and world_of(FILMS[row]) == "space"
    )
    vectors = VECTORS.copy()
    vectors[moved] = VECTORS[target]
    after = theme_ids(make_themes(vectors, FILMS, MADE), FILMS)
    assert after[FILMS[moved].id] == after[FILMS[target].id] == theme_ids(MADE, FILMS)[FILMS[target].id]


def test_themes_are_sought_anew_after_many_changes_and_those_that_are_the_same_keep_their_ids() -> None:
    films = [each for each in FILMS if world_of(each) != "sea"]
    after = make_themes(vectors_of(films), films, MADE)
    assert np.array_equal(after.founders, np.sort(after.films))
    assert not np.array_equal(after.founders, MADE.founders)
    old, new = theme_ids(MADE, FILMS), theme_ids(after, films)
    for world in set(WORLDS) - {"sea"}:
        (was,) = {theme for film_id, theme in old.items() if film_id.startswith(world)} - {""}
        assert {theme for film_id, theme in new.items() if film_id.startswith(world)} - {""} == {was}


def test_many_small_steps_are_one_large_one() -> None:
    now, films = MADE, FILMS
    for step in range(4):
        films = films[8:] if step < 3 else films
        now = make_themes(vectors_of(films), films, now)
    assert np.array_equal(now.founders, MADE.founders)  # 24 of 300 films are gone
    films = films[8:]
    assert not np.array_equal(make_themes(vectors_of(films), films, now).founders, MADE.founders)


def test_another_encoder_that_sees_no_such_themes_is_believed() -> None:
    shuffled = VECTORS[np.random.default_rng(3).permutation(len(FILMS))]
    after = make_themes(shuffled, FILMS, MADE)
    assert not {theme.id for theme in after.themes} & {theme.id for theme in MADE.themes}


def test_films_without_a_vector_have_no_theme_and_change_nothing() -> None:
    films = [*FILMS, replace(FILMS[0], id="x-1"), replace(FILMS[0], id="y-1")]
    vectors = np.vstack([VECTORS, np.zeros((1, VECTORS.shape[1])), np.full((1, VECTORS.shape[1]), np.nan)])
    made = make_themes(vectors.astype(np.float32), films)
    assert made.of_film[-2:].tolist() == [NO_THEME, NO_THEME]
    assert np.array_equal(made.of_film[:-2], MADE.of_film)
    assert np.isfinite(made.centres).all()


@pytest.mark.parametrize("n", [0, 1, 2, 49])
def test_a_tiny_catalogue_has_no_themes(n: int) -> None:
    made = make_themes(VECTORS[:n], FILMS[:n])
    assert made.themes == ()
    assert made.of_film.tolist() == [NO_THEME] * n
    assert same(make_themes(VECTORS[:n], FILMS[:n], made), made)
    assert len(make_themes(VECTORS, FILMS, made).themes) == len(WORLDS)


def test_vectors_without_any_order_and_equal_ones_give_no_error() -> None:
    blank = [replace(each, descriptions=()) for each in FILMS[:100]]
    drawn = np.random.default_rng(0).normal(size=(100, 8)).astype(np.float32)
    for vectors in (drawn, np.ones((100, 8), dtype=np.float32), np.full((100, 8), np.nan, dtype=np.float32)):
        assert make_themes(vectors, blank).themes == ()  # there is not one word to tell a theme by


def test_what_is_saved_comes_back(tmp_path: Path) -> None:
    MADE.save(tmp_path / "a")
    MADE.save(tmp_path / "b")
    back = Themes.open(tmp_path / "a")
    assert same(back, MADE)
    assert same(make_themes(VECTORS, FILMS, back), MADE)
    for file in sorted((tmp_path / "a").iterdir()):
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()


def test_a_namer_is_asked_for_new_themes_and_for_those_that_are_kept() -> None:
    asked: list[Subject] = []

    def namer(subjects: Sequence[Subject]) -> Sequence[tuple[str, str] | None]:
        asked.extend(subjects)
        return [(f"Тема «{world_of(s.films[0])}»", f"About {world_of(s.films[0])}") for s in subjects]

    made = make_themes(VECTORS, FILMS, namer=namer)
    assert {t.name_en for t in made.themes} == {f"About {world}" for world in WORLDS}
    assert [subject.terms for subject in asked] == [theme.terms for theme in made.themes]
    for subject, theme in zip(asked, made.themes, strict=True):
        assert {f"About {world_of(each)}" for each in subject.films} == {theme.name_en}
    # Themes that had been named by their words get their names as soon as somebody gives them.
    assert same(make_themes(VECTORS, FILMS, MADE, namer), made)
    assert same(make_themes(VECTORS, FILMS, made, lambda _: []), made)
    assert same(make_themes(VECTORS, FILMS, made), made)
