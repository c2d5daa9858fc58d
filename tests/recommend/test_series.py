import pytest

from kadr.recommend.series import Named, grouped, named


@pytest.mark.parametrize(
    ("title", "base", "further"),
    [
        ("Маяк", "маяк", False),
        ("Маяк 2", "маяк", True),
        ("Маяк III", "маяк", True),
        ("Маяк: Возвращение", "маяк", True),
        ("Маяк 2: Возвращение", "маяк", True),
        ("Маяк — последний свет", "маяк", True),
        ("Маяк. Часть вторая", "маяк", True),
        ("Маяк, часть 2", "маяк", True),
        ("The Lighthouse Part II", "the lighthouse", True),
        ("The Lighthouse - Chapter 4", "the lighthouse", True),
        ("Иван Ветров и тайна порта", "иван ветров", True),
        ("Ivan Vetrov and the Port", "ivan vetrov", True),
        ("Старик и лодка", "старик и лодка", False),
        ("Mr. Lantern", "mr lantern", False),
        ("1984", "1984", False),
        ("Район №9", "раион", True),
        ("Оно 2", "оно", True),
        ("X", "x", False),
        (": 2", "2", False),
        ("!!! 7", "7", False),
    ],
)
def test_the_beginning_of_a_title(title: str, base: str, further: bool) -> None:
    assert named(title) == Named(base.replace("раион", "район"), further)


def test_the_same_title_twice_is_another_film() -> None:
    assert not named("Маяк").with_(named("МАЯК"))
    assert named("Маяк").with_(named("Маяк 2"))
    assert named("Маяк 3").with_(named("Маяк 2"))
    assert not named("Маяк 3").with_(named("Порт 3"))


def test_of_each_series_the_first_stands_and_names_the_others() -> None:
    titles = ["Маяк 2", "Порт", "Маяк", "Порт", "Лодка", "Маяк: Начало", "Порт 2", "Гавань"]
    assert grouped(titles, 4) == [[0, 2, 5], [1, 6], [3], [4]]
    assert grouped(titles, 2) == [[0, 2, 5], [1, 6]]
    assert grouped(titles, 9) == [[0, 2, 5], [1, 6], [3], [4], [7]]
    assert grouped([], 3) == []
