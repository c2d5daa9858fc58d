"""Fetching a static model from the Hub, pinned to a commit. Build side only.

`HF_ENDPOINT`, `HF_HOME`, `HF_TOKEN` and the other settings of `huggingface_hub` hold as everywhere; what was fetched
once is taken from its cache, also when the Hub cannot be reached.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from kadr.encode.static_model import MAX_BYTES, NAMES
from kadr.errors import ConfigError, KadrError, ServiceBusy, ServiceRefused

if TYPE_CHECKING:
    from huggingface_hub import DryRunFileInfo

__all__ = ["causes", "fetch_model"]

MOST_CAUSES = 10
"""Of an error are looked through: the client wraps one in two or three others."""


def fetch_model(model: str) -> tuple[Path, str]:
    """Return the folder of a model's files, fetched where they are not in the cache, and its commit.

    Raises:
        ConfigError: there is no such model, it is no static one, too large, or the cache cannot be written.
        ServiceRefused: the model is shown to those alone who accepted its terms.
        ServiceBusy: the Hub cannot be reached, or does not answer as it should.
    """
    from huggingface_hub import HfApi, snapshot_download
    from huggingface_hub.errors import EntryNotFoundError, HfHubHTTPError, HFValidationError, RevisionResolutionError
    from huggingface_hub.utils import httpx  # type: ignore[attr-defined]  # its HTTP client, whatever that is called

    # The last ones are what the client makes of an answer that is no answer of a Hub's.
    strange = (AssertionError, AttributeError, KeyError, TypeError, ValueError)
    mapped = (EntryNotFoundError, HfHubHTTPError, RevisionResolutionError, httpx.HTTPError, OSError, *strange)
    try:
        revision = HfApi().resolve_revision(model, revision="main")
        plan = snapshot_download(model, revision=revision, allow_patterns=list(NAMES), dry_run=True)
        _check(model, plan)
        return Path(snapshot_download(model, revision=revision, allow_patterns=list(NAMES))), revision.resolved
    except HFValidationError as error:
        raise ConfigError(f"encoder.model: {model!r} is no name of a model; write organisation/name") from error
    except mapped as error:
        raise _told(model, error) from error


def _check(model: str, plan: "list[DryRunFileInfo]") -> None:
    sizes = {file.filename: file.file_size or 0 for file in plan}
    if not any(sizes.keys() >= set(pair) for pair in (NAMES[:2], NAMES[2:])):
        raise ConfigError(
            f"encoder.model: {model} is no static model: it lacks {' or '.join(NAMES[:2])};"
            " choose one in the layout of model2vec"
        )
    largest = max(sizes, key=sizes.__getitem__)
    if sizes[largest] > MAX_BYTES:
        raise ConfigError(
            f"encoder.model: {largest} of {model} has {sizes[largest]:,} bytes, more than {MAX_BYTES:,};"
            " choose a smaller model"
        )


def _told(model: str, error: Exception) -> KadrError:
    """Return the error that says what to do about one of the Hub's client."""
    from huggingface_hub.errors import DryRunError, GatedRepoError, HfHubHTTPError, RepositoryNotFoundError

    if isinstance(error, DryRunError) and isinstance(error.__cause__, Exception):
        error = error.__cause__
    if isinstance(error, GatedRepoError):
        return ServiceRefused(
            f"encoder.model: {model} is shown only to those who accepted its terms; accept them on its page"
            " and set HF_TOKEN, or choose another model"
        )
    if isinstance(error, RepositoryNotFoundError):
        return ConfigError(
            f"encoder.model: the Hub has no model {model}, or not for this token; check the name,"
            " or begin a folder's with ./"
        )
    if isinstance(error, HfHubHTTPError):
        status = error.response.status_code
        if status in (401, 403):
            return ServiceRefused(
                f"encoder.model: the Hub does not give {model} to this token ({status}); check HF_TOKEN"
            )
        why = f"status {status}"
    elif isinstance(error, OSError) and error.errno:
        return ConfigError(
            f"encoder.model: {model} cannot be kept in the cache of the Hub's client ({error.strerror});"
            " make room there, or set HF_HOME to another folder"
        )
    else:
        why = _why(error)
    return ServiceBusy(
        f"encoder.model: {model} could not be fetched from the Hub ({why}); run it again later,"
        " or name a folder that holds the model"
    )


def _why(error: BaseException) -> str:
    """Return in plain words why the Hub gave nothing; its client wraps the cause, at times twice."""
    from huggingface_hub.errors import OfflineModeIsEnabled
    from huggingface_hub.utils import httpx  # type: ignore[attr-defined]  # its HTTP client, whatever that is called

    chain = causes(error)
    for kinds, why in (
        (OfflineModeIsEnabled, "HF_HUB_OFFLINE is set, and it was not fetched before"),
        (httpx.TimeoutException, "it did not answer in time"),
        (httpx.ConnectError, "it cannot be reached"),
        (httpx.HTTPError, "the connection broke off"),
    ):
        if any(isinstance(each, kinds) for each in chain):
            return why
    return "it did not answer as the Hub does"


def causes(error: BaseException) -> list[BaseException]:
    """Return an error of the Hub's client and what it was raised from, the error itself first."""
    chain = [error]
    while (cause := chain[-1].__cause__ or chain[-1].__context__) is not None and len(chain) < MOST_CAUSES:
        chain.append(cause)
    return chain
