import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kadr.collect.site.patterns import Glob, Patterns, canonical, is_same_site
from kadr.errors import ConfigError


@pytest.mark.parametrize(
    ("address", "base", "expected"),
    [
        ("HTTPS://Films.Example:443", "", "https://films.example/"),
        ("http://films.example:80/a#top", "", "http://films.example/a"),
        ("http://films.example:8080/a", "", "http://films.example:8080/a"),
        ("http://films.example/a?utm_source=x&id=7&UTM_Medium=y&yclid=1", "", "http://films.example/a?id=7"),
        ("http://films.example/a?utm_source=x", "", "http://films.example/a"),
        ("/film/2?x=1&amp=2", "https://films.example/list/", "https://films.example/film/2?x=1&amp=2"),
        ("../7", "https://films.example/list/all/", "https://films.example/list/7"),
        ("//cdn.example/7", "https://films.example/", "https://cdn.example/7"),
        ("https://кино.example/фильм/ёж", "", "https://xn--h1adke.example/%D1%84%D0%B8%D0%BB%D1%8C%D0%BC/%D1%91%D0%B6"),
        ("https://films.example/%d1%91 z", "", "https://films.example/%D1%91%20z"),
        ("http://[::1]:81/a", "", "http://[::1]:81/a"),
        ("  https://films.example/a\n", "", "https://films.example/a"),
        ("javascript:alert(1)", "https://films.example/", ""),
        ("mailto:me@films.example", "https://films.example/", ""),
        ("data:text/html,x", "", ""),
        ("ftp://films.example/a", "", ""),
        ("https://me:secret@films.example/a", "", ""),
        ("https://films.example:99999/", "", ""),
        ("https://[films.example/", "", ""),
        ("https://films.example/a\n  b", "", "https://films.example/a%20%20b"),
        ("https://a b/", "", ""),
        ("https:///a", "", ""),
        ("", "https://films.example/", ""),
        ("https://films.example/" + "a" * 2_100, "", ""),
    ],
)
def test_one_spelling(address: str, base: str, expected: str) -> None:
    assert canonical(address, base) == expected


@given(st.text(max_size=60), st.sampled_from(["", "https://films.example/list?x=1"]))
@example("https://films.example/%", "")
@example("http://i\u0307.example/", "")
def test_the_spelling_is_final(text: str, base: str) -> None:
    """Whatever comes in, what comes out is an address or nothing, and comes out of itself."""
    for address in (text, f"https://films.example/{text}", f"https://{text}/a?{text}"):
        once = canonical(address, base)
        assert once == "" or once.startswith(("http://", "https://"))
        assert once.isascii()
        assert canonical(once) == once


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("https://films.example/a", "http://films.example/b", True),
        ("https://www.films.example/", "https://films.example/", True),
        ("https://m.films.example/", "https://www.films.example/", True),
        ("https://otherfilms.example/", "https://films.example/", False),
        ("https://films.example.evil.test/", "https://films.example/", False),
        ("http://127.0.0.1:81/", "http://127.0.0.1:82/", False),
    ],
)
def test_same_site(one: str, two: str, same: bool) -> None:
    assert is_same_site(one, two) is is_same_site(two, one) is same


@pytest.mark.parametrize(
    ("pattern", "matching", "other"),
    [
        ("/film/*", "/film/12/ru", "/films/12"),
        ("/film/*/", "/film/12/", "/film/12"),
        ("*/film/*", "/ru/film/1", "/ru/films/1"),
        ("/f?id=*", "/f?id=12", "/fxid=12"),
        ("/film", "/film", "/film/"),
        ("*", "/", None),
        ("/a*b*b", "/abb", "/ab"),
        ("/a*aa", "/aaa", "/aa"),
        ("/фильм/*", "/фильм/ёж", "/film/"),
    ],
)
def test_globs(pattern: str, matching: str, other: str | None) -> None:
    assert Glob.of(pattern).matches(matching)
    assert other is None or not Glob.of(pattern).matches(other)


@given(st.text("ab*", max_size=8), st.text("ab", max_size=12))
def test_globs_agree_with_the_plain_definition(pattern: str, text: str) -> None:
    def matches(p: str, t: str) -> bool:
        if not p:
            return not t
        if p[0] == "*":
            return matches(p[1:], t) or (bool(t) and matches(p, t[1:]))
        return bool(t) and p[0] == t[0] and matches(p[1:], t[1:])

    assert Glob.of(pattern).matches(text) is matches(pattern, text)


def test_globs_take_linear_time() -> None:
    glob = Glob.of("/" + "*a" * 500 + "*b")
    began = time.perf_counter()
    assert not glob.matches("/" + "a" * 100_000 + "c")
    assert time.perf_counter() - began < 1


def test_include_and_exclude() -> None:
    patterns = Patterns.of(("/film/*", "/фильм/*"), ("*/reviews*",))
    assert patterns.want("https://films.example/film/1?x=2")
    assert patterns.want(canonical("https://films.example/фильм/1"))
    assert not patterns.want("https://films.example/film/1/reviews")
    assert not patterns.want("https://films.example/people/1")
    assert Patterns.of((), ("/a*",)).want("https://films.example/b")
    with pytest.raises(ConfigError, match="exclude: 'film/"):
        Patterns.of((), ("film/*",))
