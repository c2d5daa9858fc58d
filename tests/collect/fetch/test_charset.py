"""Pages in whatever encoding, and whatever they say of it."""

import gzip
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.collect.fetch.charset import decode_page

TEXT = "Фонарщик на льду — «свет» ещё горит, и он спускается туда. "
PAGE = "<!doctype html><html><head>{}<title>Полынь</title></head><body>" + TEXT * 20 + "</body></html>"


@pytest.mark.parametrize("encoding", ["windows-1251", "utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_by_its_content(encoding: str) -> None:
    page = PAGE.format("")
    assert decode_page(page.encode(encoding)) == page


@pytest.mark.parametrize("label", ["windows-1251", "CP1251", "x-cp1251", "Windows-1251"])
def test_by_the_header(label: str) -> None:
    short = "<title>Я</title>"  # too short to tell by its letters
    assert decode_page(short.encode("cp1251"), f'text/html; Charset="{label}"') == short
    assert decode_page(short.encode("cp1251"), f"text/html;charset={label}; x=y") == short


@pytest.mark.parametrize(
    "meta",
    [
        '<meta charset="windows-1251">',
        "<META CHARSET=windows-1251>",
        '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">',
        "<meta content='text/html;charset = windows-1251' http-equiv=Content-Type>",
        "<!-- " + "x" * 2_000 + ' --><meta charset="windows-1251">',
    ],
)
def test_by_its_meta(meta: str) -> None:
    short = f"{meta}<title>Я</title>"
    assert decode_page(short.encode("cp1251")) == short


def test_by_its_xml_declaration() -> None:
    page = '<?xml version="1.0" encoding="koi8-r"?><title>Ё</title>'
    assert decode_page(page.encode("koi8-r")) == page


@pytest.mark.parametrize("encoding", ["koi8-r", "cp866", "iso8859-5", "koi8-u", "mac-cyrillic", "shift_jis", "gb18030"])
def test_what_is_declared_is_believed(encoding: str) -> None:
    page = PAGE.format(f'<meta charset="{encoding}">').replace("«", "").replace("»", "").replace("—", "-")
    assert decode_page(page.encode(encoding)) == page


def test_seven_bits() -> None:
    page = '<meta charset="iso-2022-jp"><title>映画</title>'
    assert decode_page(page.encode("iso-2022-jp")) == page


def test_utf_8_is_believed_before_any_declaration() -> None:
    page = PAGE.format('<meta charset="windows-1251">')
    assert decode_page(page.encode(), "text/html; charset=iso-8859-1") == page


def test_a_declaration_that_does_not_fit_is_none() -> None:
    page = PAGE.format('<meta charset="utf-8">')
    assert decode_page(page.encode("cp1251"), "text/html; charset=utf-8") == page


def test_the_header_comes_before_the_page() -> None:
    page = "<meta charset=koi8-r><title>Я</title>"
    assert decode_page(page.encode("cp1251"), "text/html; charset=windows-1251") == page


def test_latin_1_means_the_larger_table() -> None:
    page = "<title>“Amélie” – 5 €</title>"
    assert decode_page(page.encode("cp1252"), "text/html; charset=ISO-8859-1") == page


def test_a_flipped_byte_is_damage() -> None:
    body = bytearray(PAGE.format("").encode())
    body[len(body) // 2] = 0xFF
    text = decode_page(bytes(body), "text/html; charset=utf-8")
    assert text.count("\ufffd") <= 2
    assert "Полынь" in text


@pytest.mark.parametrize("label", ["base64", "rot13", "zip", "idna", "unicode_escape", "utf-7", "undefined", "\0", "x"])
def test_what_is_no_encoding_of_text_is_not_used(label: str) -> None:
    page = f"<meta charset='{label}'>" + TEXT * 5
    assert decode_page(page.encode("cp1251"), f"text/html; charset={label}") == page


@given(st.binary(max_size=300), st.text(max_size=60))
def test_any_bytes_have_a_text(body: bytes, content_type: str) -> None:
    assert isinstance(decode_page(body, content_type), str)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=200))
def test_what_is_written_as_utf_8_is_read_so(text: str) -> None:
    mark = "<!-- ё -->"
    assert decode_page((mark + text).encode(), "text/html; charset=cp1251") in {mark + text, mark + text}


@pytest.mark.parametrize(
    "body", [b"<meta " * 100_000, b"<meta charset" * 50_000, b"<?xml " * 99_999, b"\xff" * 500_000]
)
def test_no_head_takes_long(body: bytes) -> None:
    began = time.process_time()
    decode_page(body, "charset=" * 99_999)
    decode_page(gzip.compress(body) * 30)
    assert time.process_time() - began < 3
