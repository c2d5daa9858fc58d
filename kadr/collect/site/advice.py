"""What to do about a page that was refused, or a site of which no page was found."""

from collections.abc import Mapping

from kadr.collect.fetch import reasons

__all__ = ["OTHER_LISTS", "OTHER_PATTERNS", "OTHER_WAYS", "on_page", "on_site"]

OTHER_WAYS = "name list pages (its home page will do) in lists, or a file of addresses in urls"
OTHER_LISTS = "name other list pages in lists, or a file of addresses in urls: these lead to no page of a film"
OTHER_PATTERNS = "check include and exclude, where * stands for anything, and nothing else has a meaning"
_ALWAYS: Mapping[str, str] = {
    reasons.FORBIDDEN: "the site asks not to be read; take another source",
    reasons.REFUSED: "the site lets no program in, or wants a login; try later, or take another source",
    reasons.TOO_MANY: "try later, with a longer delay",
    reasons.SERVER_FAULT: "try later, or take another source",
    reasons.NO_ANSWER: "check the address for a typo, or try later",
    reasons.TOO_SLOW: "try later, or take another source",
    reasons.PRIVATE: "if it is yours, set allow_private = true in [collect]",
    reasons.NOT_STORED: "leave --offline out, so that it is fetched",
    reasons.GIVEN_UP: "the site refused too often; try later",
}
"""What to do, by the reason of a fault."""
_A_LIST = "give the address of one film; a list page belongs into `lists` of the source"
_OF_PAGES: Mapping[str, str] = {
    reasons.NOT_FOUND: "check the address in a browser",
    reasons.TOO_LARGE: "this is no page for readers; check the address",
    reasons.NOT_WEB: "give an address that begins with http:// or https://, or the path of a saved page",
    "a list": _A_LIST,
    "several films": _A_LIST,
    "a robot check": "the site asks whether you are a robot; take another source, or save the page in a browser",
    "an empty page": "its text is made by scripts in the browser, or it wants a login; save the page in a browser",
    "a frameset": "give the address of the frame that shows the film; one with links belongs into `lists`",
    "an empty answer": "the server sent nothing; check the address in a browser, or try later",
    "a login page": "the site wants a login; take another source, or save the page in a browser",
    "an error page": "check the address in a browser",
}
"""What to do about one page, by the reason, or by what the page is in place of a film page."""
_OTHERWISE = "if it is a film page, save it in a browser and report it with the page attached"


def on_page(reason: str, detail: str) -> str:
    """Return what to do about a page that was refused, by the reason and detail of its `PageError`."""
    return _always(reason, detail) or _OF_PAGES.get(reason) or _OF_PAGES.get(detail) or _OTHERWISE


def on_site(reason: str, detail: str) -> str:
    """Return what to do about a fault that a whole site would meet; "" where it is one of a page."""
    return _always(reason, detail)


def _always(reason: str, detail: str) -> str:
    if reason == reasons.GIVEN_UP and detail.startswith(reasons.ITS_ROBOTS):
        reason = detail.removeprefix(reasons.ITS_ROBOTS)
    return _ALWAYS.get(reason, "")
