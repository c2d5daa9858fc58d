from app.why import likeness
from kadr.film import Film
from kadr.recommend.types import Reasons, Sequel, Shared, Similar

FILM = Film(id="a", title="Маяк")


def test_what_films_share_is_told_in_words_and_a_theme_which_is_an_id_is_not() -> None:
    shared = (
        Shared("theme", "t00000001"),
        Shared("director", "Вера Ким"),
        Shared("genre", "драма"),
        Shared("tag", "море"),
    )
    assert likeness(Similar(FILM, 1, 0.5, reasons=Reasons(0.4, None, shared))) == "Общее: Вера Ким, драма."


def test_the_films_of_a_series_that_one_stands_for_are_named() -> None:
    series = tuple(Sequel(str(n), f"Маяк {n}") for n in (2, 3, 4))
    assert likeness(Similar(FILM, 1, 0.5, series=series)) == "Из той же серии: «Маяк 2», «Маяк 3»."
    both = Similar(FILM, 1, 0.5, reasons=Reasons(shared=(Shared("actor", "Олег Марвин"),)), series=series[:1])
    assert likeness(both) == "Общее: Олег Марвин. Из той же серии: «Маяк 2»."


def test_where_only_the_meaning_is_near_nothing_is_said() -> None:
    assert likeness(Similar(FILM, 1, 0.5, reasons=Reasons(0.9))) == ""
    assert likeness(Similar(FILM, 1, 0.5, reasons=Reasons(shared=(Shared("theme", "t00000001"),)))) == ""
