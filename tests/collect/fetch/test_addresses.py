"""One form of every address."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.collect.fetch.address import is_same_origin, normal_url, place_of, redirected
from kadr.collect.fetch.reasons import NOT_WEB, Fault


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("HTTP://Films.Example", "http://films.example/"),
        (" https://films.example:443/a b?q=ё c#d ", "https://films.example/a%20b?q=%D1%91%20c"),
        ("http://films.example:80?q", "http://films.example/?q"),
        ("https://films.example:80/", "https://films.example:80/"),
        ("http://Кино.РФ/фильм/1", "http://xn--h1adke.xn--p1ai/%D1%84%D0%B8%D0%BB%D1%8C%D0%BC/1"),
        ("http://films.example/a/./b/../%7euser/%2e%2E/c", "http://films.example/a/c"),
        ("http://films.example/100%", "http://films.example/100%25"),
        ("http://films.example/%d0%bf?a=%26&b=1+2", "http://films.example/%D0%BF?a=%26&b=1+2"),
        ("http://[2001:DB8::1]:8080/x", "http://[2001:db8::1]:8080/x"),
        ("http://films.example/a\n\tb", "http://films.example/ab"),
        ("https://films.example./a", "https://films.example/a"),
        ("http://films.example.:8080/", "http://films.example:8080/"),
        ("http://films.example\\@127.0.0.1/", "http://films.example/%5C@127.0.0.1/"),
    ],
)
def test_normal(url: str, normal: str) -> None:
    assert normal_url(url) == normal
    assert normal_url(normal) == normal


@pytest.mark.parametrize(
    "url",
    [
        "", "films.example", "//films.example/", "ftp://films.example/", "file:///etc/passwd", "javascript:alert(1)",
        "data:text/html,x", "http://", "http:///x", "http://films example/",
        "http://me@films.example/", "http://.example/", "http://*/",
        "http://me:word@films.example/", "http://[fe80::1%25eth0]/", "http://[::1/", "http://films.example:99999/",
        "http://films.example:x/", "http://\0/", "http://a.example/" + "x" * 7_500, "http://" + "я" * 300 + "/",
    ],
)  # fmt: skip
def test_no_web_address(url: str) -> None:
    with pytest.raises(Fault) as caught:
        normal_url(url)
    assert caught.value.reason == NOT_WEB
    assert "word" not in caught.value.detail


PARTS = st.text(st.sampled_from("aя%2eE./?#&= :@[]\\\t💾~\x00\ud800"), max_size=30)


@given(st.builds("http{}://{}/{}".format, st.sampled_from(["", "s"]), PARTS, PARTS))
def test_any_text_is_normal_in_one_step_or_no_address(url: str) -> None:
    normal = ""
    with contextlib.suppress(Fault):
        normal = normal_url(url)
    if normal:
        assert normal_url(normal) == normal
        assert normal.isascii()
        assert normal.isprintable()
        assert "#" not in normal


def test_redirects_are_relative_to_where_they_stand() -> None:
    assert redirected("https://a.example/x/y?z", "../w") == "https://a.example/w"
    assert redirected("https://a.example/x", "//b.example/y#z") == "https://b.example/y"


def test_one_host_has_one_place() -> None:
    assert place_of(normal_url("http://A.example:80/x")) == place_of(normal_url("https://a.example:443/y"))
    assert place_of("http://a.example/") != place_of("http://a.example:8080/")


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ("https://a.example/y", True),
        ("http://a.example/x", False),
        ("https://a.example:8443/x", False),
        ("https://b.a.example/x", False),
    ],
)
def test_secrets_stay_with_scheme_host_and_port(other: str, same: bool) -> None:
    assert is_same_origin("https://a.example/x", other) is same


@pytest.mark.parametrize(
    ("location", "detail"),
    [
        ("file:///etc/passwd", "it redirects to file:"),
        ("javascript:alert(1)", "it redirects to javascript:"),
        ("https://me:word@a.example/", "a redirect: it holds a user's name; take that out"),
    ],
)
def test_a_redirect_that_cannot_be_followed_says_where_to(location: str, detail: str) -> None:
    with pytest.raises(Fault) as caught:
        redirected("https://a.example/", location)
    assert (caught.value.reason, caught.value.detail) == (NOT_WEB, detail)
