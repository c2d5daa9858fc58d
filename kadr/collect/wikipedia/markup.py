"""Wikitext -> the words that a reader sees, in one pass whose time grows with the length of the text alone.

A parser of the whole language, mwparserfromhell, was tried: it takes minutes for 60 kB of brackets that do not close,
and anyone can write those into an article. For two sections of prose the brackets are enough.
"""

import re
from dataclasses import dataclass, field

from kadr.text import plain

__all__ = ["words_of"]

MAX_SECTION = 60_000
"""Characters of one section that are read: three times the longest description kept, to leave room for markup."""

_SHOWN_PARAMETER = {
    **dict.fromkeys(["nobr", "nowrap", "nobreak", "не переносить", "s", "small", "big", "num", "число"], (1,)),
    **dict.fromkeys(["comment", "abbr", "подсказка", "tooltip", "ударение", "ill", "год"], (1,)),
    **dict.fromkeys(["lang", "script"], (2,)),
    # Links to articles of another language: {{не переведено|its title here|the words shown}}.
    **dict.fromkeys(
        [f"{name}{number}" for name in ("нп", "не переведено", "не переведено ") for number in range(1, 6)], (2, 1)
    ),
    **dict.fromkeys(["нп", "не переведено", "iw"], (2, 1)),
}
"""Templates that show a parameter as part of the sentence: its number, or those of several, the first that is given."""
_SIGNS = {
    **dict.fromkeys(["тире", "—", "snd", "spnd", "spaced ndash", "mdash", "emdash"], " — "),
    **dict.fromkeys(["ndash", "endash", "–"], "–"),
    **dict.fromkeys(["nbsp", "space"], " "),
}
_ASIDE = frozenset({"файл", "file", "изображение", "image", "медиа", "media", "категория", "category"})
"""Namespaces whose links are pictures and categories, not words of the text."""
_INTERWIKI = re.compile(r"[a-z]{2,3}(?:-[a-z]{2,10})?")
_DROPPED_TAGS = frozenset(
    [
        *("ref", "references", "gallery", "table", "math", "score", "timeline", "imagemap", "syntaxhighlight"),
        *("hiero", "chem", "graph", "templatedata", "style", "script", "mapframe", "maplink"),
    ]
)
"""Tags whose contents are no prose."""
_BREAKING_TAGS = frozenset(["br", "hr", "li", "p", "div", "blockquote", "poem"])

# Every repeat below is bounded, or ends at the next opening of its own kind.
_TAG = re.compile(r"<(/?)([a-zA-Z]{1,20}[1-6]?)([^<>]{0,2000})>")
_TOKEN = re.compile(r"\{\{|\}\}|\[\[|\]\]|\||^[ :]{0,10}\{\||^ {0,10}\|\}(?!\})", re.MULTILINE)
_OPENING_OF = {"}}": "{{", "]]": "[[", "|}": "{|"}
_ADDRESS = re.compile(r"\[(?:https?:)?//[^\s\[\]]{1,2000} ?([^\[\]\n]{0,1000})\]")
_LIST_MARK = re.compile(r"^[*#:;]{1,20} ?", re.MULTILINE)
_SWITCH = re.compile(r"__[A-ZА-ЯЁ]{2,30}__")
_QUOTES = re.compile(r"'{2,5}")
_STRESS = re.compile(r"(?<=[а-яёА-ЯЁ])[\u0300\u0301]")
_BRACKET = re.compile(r" ?\(([^()]{0,1000})\)")
_SPACE_BEFORE = re.compile(r" ([,.;:!?])(?=\s|$)")
_DEEPEST = 50
"""Brackets of which a closing one is matched with the innermost of its kind: nobody nests deeper, and looking
through all of a hostile text would take quadratic time."""
_BROKEN_LINE = ("{{", "{|", "|", "}}", "!")
"""What a line begins with where a template or table was never closed."""


@dataclass(slots=True)
class _Open:
    """A bracket that is open: what opened it, and its parts so far, each in pieces."""

    opening: str
    parts: list[list[str]] = field(default_factory=lambda: [[]])

    def texts(self) -> list[str]:
        return ["".join(part) for part in self.parts]


def words_of(section: str) -> str:
    """Return a section as plain text: links by their words, without templates, notes, pictures and tables."""
    text = _ADDRESS.sub(r"\1", _without_tags(section[:MAX_SECTION]))
    lines = [line.strip() for line in _without_brackets(text).splitlines()]
    kept = [line for line in lines if not line.startswith(_BROKEN_LINE) and not (line[:1] == "=" == line[-1:])]
    return _tidy(" ".join(_LIST_MARK.sub("", line) for line in kept))


def _without_tags(text: str) -> str:
    """Take out tags, and with them the contents of those that hold no prose."""
    kept, at, endless = [], 0, set[str]()
    while found := _TAG.search(text, at):
        kept.append(text[at : found.start()])
        closing, name, rest = found[1], found[2].lower(), found[3]
        at = found.end()
        if name in _BREAKING_TAGS:
            kept.append("\n")
        if name in _DROPPED_TAGS and not closing and not rest.endswith("/") and name not in endless:
            end = re.compile(rf"</{name}\s{{0,10}}>", re.IGNORECASE).search(text, at)
            if end:
                at = end.end()
            else:
                endless.add(name)  # looking for it again at each further one would take quadratic time
    return "".join([*kept, text[at:]])


def _without_brackets(text: str) -> str:
    """Replace links, templates and tables by what a reader sees of them."""
    stack = [_Open("")]
    at = 0
    for found in _TOKEN.finditer(text):
        stack[-1].parts[-1].append(text[at : found.start()])
        at = found.end()
        mark = found[0].strip(" :")
        if mark in _OPENING_OF.values():
            stack.append(_Open(mark))
        elif mark in _OPENING_OF:
            _close(stack, _OPENING_OF[mark])
        else:
            _part(stack[-1])
    stack[-1].parts[-1].append(text[at:])
    return "".join(each.opening + "|".join(each.texts()) for each in stack)  # what is still open is text


def _part(top: _Open) -> None:
    if top.opening in {"{{", "[["}:
        top.parts.append([])
    else:
        top.parts[-1].append("|")


def _close(stack: list[_Open], opening: str) -> None:
    """Close the innermost bracket of a kind, and leave those inside it as they stand; without one, do nothing."""
    if all(each.opening != opening for each in stack[-_DEEPEST:]):
        return
    while stack[-1].opening != opening:
        _fold(stack)
    closed = stack.pop()
    if opening != "{|":
        stack[-1].parts[-1].append((_template if opening == "{{" else _link)(closed.texts()))


def _fold(stack: list[_Open]) -> None:
    """Take a bracket that nothing closes for text."""
    open_ = stack.pop()
    stack[-1].parts[-1].append(open_.opening + "|".join(open_.texts()))


def _link(parts: list[str]) -> str:
    title = parts[0].strip()
    prefix, colon, _ = title.partition(":")
    known = prefix.strip().lower()
    if colon and (known in _ASIDE or (len(parts) == 1 and _INTERWIKI.fullmatch(known))):
        return ""
    return parts[-1] if len(parts) > 1 else title.removeprefix(":").partition("#")[0]


def _template(parts: list[str]) -> str:
    name = parts[0].strip().replace("_", " ").lower()
    if name in _SIGNS:
        return _SIGNS[name]
    given = [part.removeprefix(f"{number}=") for number, part in enumerate(parts)]
    return next((given[n] for n in _SHOWN_PARAMETER.get(name, ()) if n < len(given) and given[n].strip()), "")


def _tidy(text: str) -> str:
    """Take out what dropped markup leaves behind: empty brackets, marks of stress, switches of the wiki."""
    text = _QUOTES.sub("", _SWITCH.sub("", text))
    for rest in ("[[", "]]", "{{", "}}"):
        text = text.replace(rest, "")
    text = plain(_STRESS.sub("", text))
    return _SPACE_BEFORE.sub(r"\1", _BRACKET.sub(_bracket, text))


def _bracket(found: re.Match[str]) -> str:
    """Return a bracket without the signs that parted what is gone from it: "(; 1999)"; nothing for an empty one."""
    inner = found[1].strip(" ,;:—–")
    opening = found[0].partition("(")[0]
    return f"{opening}({inner})" if inner else ""
