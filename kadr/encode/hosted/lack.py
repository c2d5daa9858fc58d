"""Why a query has no hosted vector: the one word that an answer, the about page and a degraded mode show."""

from enum import StrEnum

from kadr.errors import (
    ServiceBusy,
    ServiceDrifted,
    ServiceError,
    ServiceMissing,
    ServiceRefused,
    ServiceSpent,
    TextRefused,
)

__all__ = ["AT_ONCE", "LASTING", "Lack", "lack_of"]


class Lack(StrEnum):
    """Why there is no hosted vector for a query."""

    SLOW = "slow"
    """It did not come within the budget; a later ask may find it."""
    UNAVAILABLE = "unavailable"
    """The service cannot be reached, or gives answers that cannot be believed."""
    BUSY = "busy"
    """Too many requests, by the service's count or by ours."""
    SPENT = "spent"
    """The credits are used up."""
    REFUSED = "refused"
    """The token is missing, wrong or lacks a right."""
    MISSING = "missing"
    """Nobody serves the model."""
    DRIFTED = "drifted"
    """The service gives other vectors than it gave when the bundle was built."""
    TEXT = "text"
    """The service does not take this text, or it is blank."""


LASTING = frozenset({Lack.SPENT, Lack.REFUSED, Lack.MISSING})
"""What only a person mends: asking again soon is of no use."""
AT_ONCE = LASTING | {Lack.DRIFTED}
"""What one call is enough to know."""

_LACKS: dict[type[ServiceError], Lack] = {
    ServiceSpent: Lack.SPENT,
    ServiceRefused: Lack.REFUSED,
    ServiceMissing: Lack.MISSING,
    ServiceDrifted: Lack.DRIFTED,
    TextRefused: Lack.TEXT,
}


def lack_of(fault: ServiceError) -> Lack:
    """Return what a call's fault means to a visitor."""
    if isinstance(fault, ServiceBusy):
        return Lack.BUSY if fault.limited else Lack.UNAVAILABLE
    return next((lack for kind, lack in _LACKS.items() if isinstance(fault, kind)), Lack.UNAVAILABLE)
