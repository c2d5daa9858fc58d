"""What visitors type who only want something to watch: none of it is a word to look for."""

import pytest

from kadr.search.understand import understand
from tests.search.understand.shelved import KNOWN


@pytest.mark.parametrize(
    ("query", "keys", "text"),
    [
        ("мальчик и робот без насилия", ["-words:насилия"], "мальчик и робот"),
        ("a boy and his robot without violence", ["-words:violence"], "boy and his robot"),
        ("мир без насилия", [], "мир без насилия"),
        ("девочка, которая живёт без насилия", [], "девочка, которая живёт без насилия"),
        ("фильм с роботами но не матрица", ["-words:матрица"], "с роботами"),
        ("фильм про космос, но не Звёздный путь", ["-words:звездный путь"], "про космос"),
        ("фильм про девушку, она добрая, но не богата", [], None),
        ("мультфильм без страшных сцен", ["genre:мультфильм", "-mood:страшный"], ""),
        ("популярное", [], ""),
        ("популярные фильмы про космос", [], "про космос"),
        ("популярный актёр теряет память", [], "популярный актёр теряет память"),
        ("интересный фильм", [], ""),
        ("новинки кино", ["years:new"], ""),
        ("лучшие комедии всех времён", ["rating:7-", "genre:комедия"], ""),
        ("best movies ever", ["rating:7-"], ""),
        ("вдохновляющее кино", ["mood:добрый"], ""),
        ("что посмотреть с девушкой вечером", [], ""),
        ("что посмотреть с детьми", ["genre:семейный"], ""),
        ("посоветуй фильм", [], ""),
        ("what to watch tonight", [], ""),
        ("смотреть на звёзды", [], "смотреть на звёзды"),
        ("watch dogs", [], "watch dogs"),
    ],
)
def test_what_is_understood(query: str, keys: list[str], text: str | None) -> None:
    got = understand(query, KNOWN)
    assert [wish.key for wish in got.wishes] == keys
    assert text is None or got.text == text
