"""What a robots.txt says to this program."""

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from kadr import __version__

if TYPE_CHECKING:
    from protego import Protego

__all__ = ["MAX_BYTES", "MAX_DELAY_S", "NAME", "Rules", "address_of", "agent_of", "read_rules"]

NAME = "kadr"
"""The name that robots.txt may address this program by, and the first word of its User-Agent."""
MAX_BYTES = 500 << 10
"""What must be read at least (RFC 9309, 2.5); what follows is ignored."""
MAX_DELAY_S = 300.0
"""The longest crawl delay that is obeyed: a thousand films then take four days. Who asks for more is not read."""
_SITEMAPS = 1_000
_AGENT = re.compile(r"\s*user[- ]?agent\s*:?(.*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one host.

    Attributes:
        delay_s: seconds between two requests, 0 where it asks for none; above `MAX_DELAY_S` it wants no crawl.
        sitemaps: addresses of sitemaps, as one may ask for them, in the order given.
    """

    delay_s: float = 0.0
    sitemaps: tuple[str, ...] = ()
    _robot: "Protego | None" = field(default=None, repr=False, compare=False)

    def allow(self, url: str) -> bool:
        """Tell whether a page may be asked for."""
        return self._robot is None or self._robot.can_fetch(url, NAME)


def agent_of(contact: str) -> str:
    """Return the User-Agent that names who runs the program; what could end the header or its comment is left out."""
    shown = "".join(c for c in contact if c.isascii() and c.isprintable() and c not in "()")
    return f"{NAME}/{__version__}" + (f" (+{shown})" if shown else "")


def address_of(url: str) -> str:
    """Return where the host of a normal address has its robots.txt."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/robots.txt"


def read_rules(text: str, url: str) -> Rules:
    """Read a robots.txt.

    Args:
        text: what it says.
        url: where it came from; sitemaps are taken relative to it.
    """
    from protego import Protego

    robot = Protego.parse("\n".join(_ours(line) for line in text.splitlines()))
    rate = robot.request_rate(NAME)
    asked = max(robot.crawl_delay(NAME) or 0.0, rate.seconds / max(rate.requests, 1) if rate else 0.0)
    places = list(dict.fromkeys(robot.sitemaps))[:_SITEMAPS]
    return Rules(0.0 if math.isnan(asked) else asked, tuple(_joined(url, places)), robot)


def _ours(line: str) -> str:
    """Return a line with every robot's name but ours as one and the same.

    Protego holds every rule once for every robot of its group: ten thousand of both would take minutes. It also takes a
    rule for "k" as one for us.
    """
    found = _AGENT.match(line)
    if not found:
        return line
    name = found[1].partition("#")[0].strip().lower()
    if name != "*" and name.partition("/")[0].rstrip("* ") != NAME:
        name = "another"
    return f"User-agent: {'*' if name == '*' else name.partition('/')[0].rstrip('* ')}"


def _joined(url: str, places: list[str]) -> list[str]:
    joined = []
    for place in places:
        try:
            joined.append(urljoin(url, place))
        except ValueError:  # brackets without an IPv6 address in them
            continue
    return joined
