import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kadr.collect.page.document import MAX_BYTES, meta, open_document, resolved, text_in
from kadr.errors import PageError


def test_a_page_is_decoded_and_parsed() -> None:
    body = '<html lang="ru-RU"><head><base href="/en/"><meta property="OG:Title" content=" A  b "></head><h1>Ё'
    document = open_document(body.encode("cp1251"), "https://x.example/ru/f", "text/html; charset=windows-1251")
    assert (document.language, document.base) == ("ru", "https://x.example/en/")
    assert document.tree.findtext(".//h1") == "Ё"
    assert meta(document) == {"og:title": ["A b"]}


@pytest.mark.parametrize("body", [b"   \n", b"<!-- nothing -->", b"\x00\x00"])
def test_an_empty_page_says_so(body: bytes) -> None:
    with pytest.raises(PageError, match=r"https://x\.example/: not a film page \(an empty page\)"):
        open_document(body, "https://x.example/?token=secret")


def test_an_answer_without_a_byte_is_told_from_a_page_without_a_text() -> None:
    with pytest.raises(PageError, match=r"https://x\.example/: an empty answer \(0 bytes\)"):
        open_document(b"", "https://x.example/?token=secret")


def test_a_page_too_large_is_not_parsed() -> None:
    with pytest.raises(PageError, match="too large"):
        open_document(b"<p>" * (MAX_BYTES // 3 + 1), "https://x.example/")


def test_an_xml_declaration_and_zero_bytes_do_no_harm() -> None:
    document = open_document(
        b"<?xml version='1.0' encoding='utf-8'?><html><h1>a\x00b</h1></html>", "https://x.example/"
    )
    assert document.tree.findtext(".//h1") == "ab"


def test_nesting_without_end_is_cut() -> None:
    document = open_document(b"<h1>top</h1>" + b"<div>" * 50_000 + b"x", "https://x.example/")
    assert [text_in(heading) for heading in document.tree.iter("h1")] == ["top"]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300) | st.text("<>/=\"'!-[]abhtml&;# \n\0", max_size=300).map(str.encode))
def test_any_bytes_are_a_document_or_a_page_error(body: bytes) -> None:
    try:
        tag = open_document(body, "https://x.example/").tree.tag
    except PageError:
        tag = "html"
    assert tag == "html"


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("../p.jpg", "https://x.example/p.jpg"),
        ("//cdn.example/p.jpg", "https://cdn.example/p.jpg"),
        ("HTTP://y.example/", "HTTP://y.example/"),
        ("javascript:alert(1)", ""),
        ("data:image/png,x", ""),
        ("http://[", ""),
        ("", ""),
    ],
)
def test_links_are_resolved_to_the_web_only(link: str, address: str) -> None:
    assert resolved("https://x.example/a/b", link) == address


def test_text_is_what_a_visitor_reads() -> None:
    tree = open_document(
        b"<div>a<b>b</b> c<p>d</p>e<br>f<script>no</script>g<style>no</style></div>", "https://x.example/"
    ).tree
    assert text_in(tree) == "ab c d e f g"
