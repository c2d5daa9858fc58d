"""Who serves a model under which name: asked of the Hub once, on the building side."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from kadr.encode.encoder import Profile
from kadr.encode.hosted.faults import Asked, Reply, fault_of
from kadr.encode.hosted.secrets import HUB_TOKEN, Keys
from kadr.errors import ConfigError, ServiceError

__all__ = ["resolve_served"]

NAMING = ("deepinfra", "scaleway", "together")
"""Providers that know models by names of their own; the others take the Hub's."""
TIMEOUT_S = 20.0
_TASK = "feature-extraction"


def resolve_served(profile: Profile, keys: Keys) -> Profile:
    """Return the profile with the name that its provider knows the model by.

    The Hub tells (`HF_ENDPOINT` names another one); no token is sent, since the mapping is public. A provider
    whose last health check failed, or that serves the model for tests only, is taken: only asking it tells.

    Args:
        profile: a hosted one; of a provider that has no names of its own it is returned as it is.
        keys: the tokens, for hiding them in messages.

    Raises:
        ServiceMissing: the Hub knows no such model, or the provider does not serve it; who does is named.
        ServiceError: the Hub did not answer.
        ConfigError: the model's name has a wrong form.
    """
    if profile.provider not in NAMING:
        return profile
    from huggingface_hub import constants

    asked = Asked(urlsplit(constants.ENDPOINT).hostname or "the Hub", profile.model, HUB_TOKEN, keys)
    served = _mapping(profile.model, asked)
    for one in served:
        if one.provider == profile.provider and one.task == _TASK:
            return replace(profile, served_as=str(one.provider_id))
    raise asked.missing(f"is not served by {profile.provider}, but by {asked.quoted(_named(served)) or 'nobody'}")


def _mapping(model: str, asked: Asked) -> Sequence[Any]:
    """Return who serves a model, in the Hub's order: `provider`, `provider_id`, `status` and `task` of each."""
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, OfflineModeIsEnabled
    from huggingface_hub.utils import httpx  # type: ignore[attr-defined]  # whichever version the library uses

    try:
        info = HfApi(token=False).model_info(model, expand=["inferenceProviderMapping"], timeout=TIMEOUT_S)
    except HFValidationError as error:
        raise ConfigError("encoder.model: must be organisation/name, as the Hub has it") from error
    except OfflineModeIsEnabled as error:
        raise asked.missing("was not asked: HF_HUB_OFFLINE is set; unset it") from error
    except HfHubHTTPError as error:
        raise _refused(error.response, asked) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        why = asked.quoted(str(error)) or type(error).__name__
        raise asked.busy(f"could not be asked who serves it ({why})") from error
    except OSError as error:  # a certificate file that is not there
        raise asked.busy(f"could not be asked who serves it ({type(error).__name__})") from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:  # what the library says to other JSON
        raise asked.wrong("did not say who serves it in a form that huggingface_hub knows", "update kadr") from error
    return info.inference_provider_mapping or ()


def _refused(response: Any, asked: Asked) -> ServiceError:
    """Return the error of an answer of the Hub; it says 401 of a model that does not exist or is private."""
    if response.status_code in {401, 403, 404}:
        return asked.missing("is not to be found, or private")
    return fault_of(Reply(response.status_code, response.headers, response.content), asked, datetime.now(UTC))


def _named(served: Sequence[Any]) -> str:
    """Return the providers, and what the Hub says of them where it is not 'live'."""
    live = [(one.provider, one.status) for one in served if one.task == _TASK]
    return ", ".join(provider if status == "live" else f"{provider} ({status})" for provider, status in live)
