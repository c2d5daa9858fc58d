"""What a configuration wishes of its encoder, checked before a build reads anything: no token, no network."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields

from kadr.config import Config, EncoderConfig
from kadr.encode.encoder import Profile
from kadr.encode.presets import DEFAULT, ModelWishes, profile_of
from kadr.errors import ConfigError

__all__ = ["check_settings", "model_of", "named"]


@contextmanager
def named(config: Config) -> Iterator[None]:
    """Name the catalogue file in every fault of its encoder's keys, as its reader does in faults of its own.

    Raises:
        ConfigError: the one that was raised; what it says of an encoder's key begins with the file.
    """
    try:
        yield
    except ConfigError as fault:
        if str(fault).startswith("encoder."):
            raise ConfigError(f"{config.path}: {fault}") from fault
        raise


def model_of(config: Config) -> Profile:
    """Return the profile of the model that a configuration names.

    Raises:
        ConfigError: it is not known, or too little is said of it.
    """
    return profile_of(config.encoder.model or DEFAULT, config.encoder.dim, config.encoder.wishes)


def check_settings(config: Config) -> None:
    """Stop where no build can be made of what a configuration says of its encoder; nothing is made, sent or changed.

    Raises:
        ConfigError: a key says nothing to this encoder or contradicts another, the model is not known, its address has
            a wrong form, its folder is not there, or the cache of vectors would be a file of somebody else's.
    """
    encoder = config.encoder
    with named(config):
        _check_heard(encoder)
        if encoder.name == "hosted":
            from kadr.encode.hosted.cache_file import check_cache

            model_of(config)
            check_cache(encoder.cache)
        elif encoder.name == "static":
            from kadr.encode.take_static import DEFAULT_MODEL, check_name

            check_name(encoder.model or DEFAULT_MODEL)
        elif encoder.name == "local":
            _check_local(encoder)


def _check_local(encoder: EncoderConfig) -> None:
    from kadr.encode.local import check_installed, local_profile

    local_profile(encoder.dim)
    check_installed()


def _check_heard(encoder: EncoderConfig) -> None:
    """Refuse what would be passed over without a word."""
    if encoder.name != "hosted":
        usual = ModelWishes()
        said = [each.name for each in fields(usual) if getattr(encoder.wishes, each.name) != getattr(usual, each.name)]
        if encoder.name in {"embedded", "local"} and encoder.model:
            said.insert(0, "model")
        if said:
            kinds = "hosted or static" if said[0] == "model" else "hosted"
            raise ConfigError(
                f"encoder.{said[0]}: is for a {kinds} model, and encoder.name is {encoder.name!r}; "
                'take it out, or set encoder.name = "hosted"'
            )
    if encoder.name in {"hosted", "local"}:
        _check_queries(encoder)


def _check_queries(encoder: EncoderConfig) -> None:
    if encoder.query not in {"", encoder.name, "distilled"}:
        raise ConfigError(
            f"encoder.query: must be {encoder.name} or distilled where encoder.name is {encoder.name!r}; take it out"
        )
    if not encoder.asks_model and not encoder.distil:
        raise ConfigError(
            'encoder.distil: is false, and encoder.query = "distilled" needs what it makes; take one of them out'
        )
