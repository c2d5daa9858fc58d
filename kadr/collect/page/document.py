"""A page's bytes -> one parsed document that all readers share."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["Document"]


@dataclass(frozen=True, slots=True)
class Document:
    """A page, parsed once.

    Attributes:
        url: the page's address after redirects, against which links in it are resolved.
        text: the HTML, decoded.
        tree: the root element.
        language: of the page as it declares it ("ru"), "" where it does not.
    """

    url: str
    text: str = field(repr=False)
    tree: "HtmlElement" = field(repr=False)
    language: str = ""
