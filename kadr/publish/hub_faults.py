"""Errors of the Hub's client, mapped onto ours in one place.

No text of the client is repeated: some hold addresses that are signed for one upload, as good as a password.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from kadr.encode.hosted.faults import wait_of
from kadr.encode.static_hub import causes
from kadr.errors import (
    ConfigError,
    KadrError,
    ServiceBusy,
    ServiceError,
    ServiceMissing,
    ServiceRefused,
    ServiceSpent,
    ServiceUnreached,
    ServiceWrong,
)

__all__ = ["hub_faults"]

_MAY = "a token with the right to write to it (HF_TOKEN), or name this workflow as its Trusted Publisher"


@contextmanager
def hub_faults(where: str) -> Iterator[None]:
    """Turn what the Hub's client raises inside into an error of ours that names the place.

    Raises:
        ServiceBusy: it may answer later, or was changed by another meanwhile.
        ServiceError: it refuses, or does not answer as the Hub does.
        ConfigError: the repository's name is none.
    """
    try:
        yield
    except KadrError:
        raise
    except Exception as error:  # noqa: BLE001  # an answer that is no Hub's makes the client fail in any way
        raise _told(where, error) from None  # its own text may hold a signed address


def _told(where: str, error: Exception) -> KadrError:
    from huggingface_hub.errors import (
        HfHubHTTPError,
        HFValidationError,
        LocalTokenNotFoundError,
        OfflineModeIsEnabled,
        OIDCError,
    )
    from huggingface_hub.utils import httpx  # type: ignore[attr-defined]  # its HTTP client, whatever that is called

    for each in causes(error):
        if isinstance(each, HFValidationError):
            return ConfigError(f"{where}: is no name of a repository; write publish.repo as owner/name")
        if isinstance(each, OIDCError | LocalTokenNotFoundError):
            return ServiceRefused(
                f"{where}: this run has no token; set HF_TOKEN, or HF_OIDC_RESOURCE with `permissions: id-token: write`"
            )
        if isinstance(each, OfflineModeIsEnabled):
            return ConfigError(f"{where}: HF_HUB_OFFLINE is set; publishing needs the Hub, so unset it")
        if isinstance(each, HfHubHTTPError) and getattr(each, "response", None) is not None:
            return _refused(where, each.response)
        if isinstance(each, httpx.ConnectError):
            return ServiceUnreached(f"{where}: the Hub cannot be reached; run it again later")
        if isinstance(each, httpx.TimeoutException):
            return ServiceBusy(f"{where}: the Hub did not answer in time; run it again later")
        if isinstance(each, httpx.HTTPError):
            return ServiceBusy(f"{where}: the connection to the Hub broke off; run it again later")
    if isinstance(error, OSError):
        return ServiceBusy(f"{where}: was not read in full ({type(error).__name__}); run it again later")
    return ServiceWrong(f"{where}: the Hub did not answer as the Hub does ({type(error).__name__}); check HF_ENDPOINT")


def _refused(where: str, answer: Any) -> ServiceError:
    status: int = answer.status_code
    if status in (409, 412):
        return ServiceBusy(f"{where}: was changed by another meanwhile", wait=0.0)
    if status in (408, 425, 429) or status >= 500:
        wait = wait_of(answer.headers, None, datetime.now(UTC))
        return ServiceBusy(f"{where}: the Hub is busy ({status}); run it again later", wait=wait, limited=status == 429)
    if status in (401, 403):
        return ServiceRefused(f"{where}: the Hub does not let this token read or write it ({status}); give {_MAY}")
    if status == 402:
        return ServiceSpent(f"{where}: the Hub asks for payment (402); look at the storage of its owner's account")
    if status == 404:
        return ServiceMissing(f"{where}: is not there, or not for this token (404); make it, or give {_MAY}")
    return ServiceWrong(f"{where}: the Hub refused what was sent ({status}); look at its page for what it asks for")
