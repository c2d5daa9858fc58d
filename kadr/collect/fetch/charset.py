"""Bytes of a page -> text: by its byte order mark, as UTF-8 if it is, by what it declares, else by its letters."""

import codecs
import contextlib
import re

from kadr.collect.encoding import decode
from kadr.errors import SourceError

__all__ = ["decode_page"]

_HEAD = 4096
"""Bytes in which a page declares its encoding: HTML says 1024, and real pages do it later."""
_LABEL = r"charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:-]{1,40})"
_IN_HEADER = re.compile(_LABEL, re.IGNORECASE)
_IN_META = re.compile(rb"<meta[^>]{0,300}?" + _LABEL.encode(), re.IGNORECASE)
_IN_XML = re.compile(rb"^\s{0,9}<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}[\"']([\w.:-]{1,40})", re.IGNORECASE)
_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SEVEN_BIT = frozenset({"iso2022_jp", "hz"})
"""Encodings whose texts are valid UTF-8, all their bytes being below 128."""
_NAMES = """
utf-8 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 cp437 cp855 cp866 cp874 cp1125 ptcp154 kz1048
koi8-r koi8-u koi8-t mac-cyrillic mac-roman tis-620 gb2312 gbk gb18030 hz big5 big5hkscs euc_jp shift_jis cp932
iso2022_jp euc_kr cp949 johab iso8859-1 iso8859-2 iso8859-3 iso8859-4 iso8859-5 iso8859-6 iso8859-7 iso8859-8
iso8859-9 iso8859-10 iso8859-11 iso8859-13 iso8859-14 iso8859-15 iso8859-16
"""
_CODECS = frozenset(_NAMES.split())
"""The encodings of the web, as Python names them. Others are no encodings of text (base64), never declared in truth
(ASCII), or told by their zero bytes (UTF-16).
"""
_MEANT = {"iso8859-1": "cp1252", "iso8859-9": "cp1254", "tis-620": "cp874", "gb2312": "gb18030", "gbk": "gb18030"}
"""What a page means that says the first: the larger encoding, as browsers read it (encoding.spec.whatwg.org)."""
_DAMAGE = 20  # sound characters beyond ASCII to one broken one: damage, not another encoding


def decode_page(body: bytes, content_type: str = "") -> str:
    """Return the text of a page, whatever it is written in.

    UTF-8 is believed before any declaration, because no other text looks like it by chance; a declaration, of the
    header before that of the page, only while it fits.

    Args:
        body: the page, unpacked.
        content_type: the header of that name, "" for none.
    """
    if body.startswith(_BOMS) or b"\0" in body[:_HEAD]:
        return _by_content(body)
    declared = _declared(body[:_HEAD], content_type[:500])
    if not _SEVEN_BIT.intersection(declared):
        with contextlib.suppress(UnicodeDecodeError):  # then it is something else, or damaged
            return body.decode("utf-8")
    for name in declared:
        text = body.decode(name, "replace")
        broken = text.count("\ufffd")
        if not broken or sum(c > "\x7f" for c in text) - broken >= _DAMAGE * broken:
            return text
    return _by_content(body)


def _by_content(body: bytes) -> str:
    try:
        return decode(body)
    except SourceError:
        return body.decode("cp1252", "replace")  # what HTML means where nothing is said


def _declared(head: bytes, content_type: str) -> list[str]:
    """Return the encodings that are declared and known, most believed first."""
    found = [match[1] for match in [_IN_HEADER.search(content_type)] if match]
    found += [match[1].decode("ascii", "replace") for match in [_IN_META.search(head), _IN_XML.search(head)] if match]
    names = []
    for label in found:
        try:
            name = codecs.lookup(label.removeprefix("x-")).name
        except (LookupError, ValueError):
            continue
        if name in _CODECS:
            names.append(_MEANT.get(name, name))
    return list(dict.fromkeys(names))
