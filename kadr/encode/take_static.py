"""Taking a public static model into a bundle: of its hundreds of thousands of tokens those that the catalogue and its
languages need, as int8. Build side only.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kadr.encode.encoder import Profile, checked_texts
from kadr.encode.presets import PRESETS
from kadr.encode.static import TOKENIZER, VOID_AXES, StaticEncoder, token_ids
from kadr.encode.static_hub import fetch_model
from kadr.encode.static_model import StaticModel
from kadr.encode.static_tokens import Vocabulary, kept_tokens
from kadr.errors import ConfigError
from kadr.index.vectors import int8_rows

if TYPE_CHECKING:
    from tokenizers import Tokenizer

__all__ = ["DEFAULT_MODEL", "check_name", "is_local", "take_static"]

DEFAULT_MODEL = "minishlab/potion-multilingual-128M"
"""The one public static model that was trained on Russian and English among others: 256 dimensions, MIT."""
MAX_SHOWN = 300
"""Characters of a message about a file, which may quote from it."""
MIN_DIM = 2
"""One axis of the model and the void one."""


def take_static(model: str, passages: Sequence[str], *, dim: int | None = None) -> StaticEncoder:
    """Return the encoder that a model makes for a catalogue; the same model and passages give the same, bit for bit.

    Args:
        model: a folder, as an absolute path or one that begins with ./ or ../, or a model's name on the Hub.
        passages: the texts of the films, none empty; the tokens of all of them are kept.
        dim: so many of the model's dimensions are kept, its first ones, which suits models whose dimensions stand in
            the order of their importance (model2vec's do); None for all. The void axis comes on top.

    Raises:
        ConfigError: there is no such model, it is no static one, it is damaged, or it has fewer dimensions.
        ServiceError: the Hub cannot be reached, or refuses the model.
        EncodeError: a passage is empty.
    """
    check_name(model)
    local = is_local(model)
    folder, revision = (Path(model), "") if local else fetch_model(model)
    with _faults_of(model):
        found = StaticModel.read(folder)
        wanted = found.dim if dim is None else dim
        if not MIN_DIM <= wanted <= found.dim:
            raise ConfigError(
                f"encoder.dim: {model} gives vectors of {MIN_DIM} to {found.dim} dimensions, not {wanted}"
            )
        profile = Profile(
            provider="static",
            model=folder.resolve().name if local else model,
            dim=wanted + VOID_AXES,
            revision=revision or found.digest(),
            pooling="mean",
            native_dim=found.dim + VOID_AXES if wanted < found.dim else 0,
        )
        return _shortened(found, profile, checked_texts(passages))


def check_name(model: str) -> None:
    """Refuse what names no static model; nothing is read or fetched.

    Raises:
        ConfigError: there is no such folder, or the Hub has no such names.
    """
    if is_local(model):
        if not Path(model).is_dir():
            raise ConfigError(f"encoder.model: there is no folder {model}; name one that holds a static model")
    elif model in PRESETS:
        raise ConfigError(f'encoder.model: {model!r} is a hosted model; add name = "hosted", or name a static one')
    elif "/" not in model:
        raise ConfigError(
            f"encoder.model: {model!r} is no name of a model; write organisation/name as the Hub has it, such as "
            f"{DEFAULT_MODEL}, or a folder that begins with ./"
        )


def is_local(model: str) -> bool:
    """Tell whether a model's name is that of a folder."""
    return model.startswith(("./", "../", "/"))


def _shortened(found: StaticModel, profile: Profile, passages: Sequence[str]) -> StaticEncoder:
    vocabulary = Vocabulary.read(found.tokenizer)
    document = vocabulary.shortened(kept_tokens(vocabulary, _counts(vocabulary, passages)))
    names = list(_names(_tokenizer(document)).values())
    table, scales = int8_rows(found.rows([vocabulary.ids[name] for name in names], profile.dim - VOID_AXES))
    scales[names.index(vocabulary.unknown)] = 0
    return StaticEncoder.of(profile, document, table, scales)


def _counts(vocabulary: Vocabulary, passages: Sequence[str]) -> dict[str, int]:
    """Return how often each token occurs in the passages."""
    tokenizer = _tokenizer(vocabulary.whole())
    names = _names(tokenizer)
    counts: Counter[int] = Counter()
    for text in passages:
        counts.update(token_ids(tokenizer, text).tolist())
    return {names[number]: count for number, count in counts.items()}


def _tokenizer(document: bytes) -> "Tokenizer":
    from tokenizers import Tokenizer

    try:
        return Tokenizer.from_buffer(document)
    except ValueError as error:
        raise ValueError(f"{TOKENIZER}: {error}") from error


def _names(tokenizer: "Tokenizer") -> dict[int, str]:
    """Return the tokens by id, in the order of the ids."""
    return dict(sorted((number, name) for name, number in tokenizer.get_vocab().items()))


@contextmanager
def _faults_of(model: str) -> Iterator[None]:
    """Name the model in every fault of its files."""
    try:
        yield
    except ConfigError:
        raise
    except (ValueError, OSError) as error:
        why = f"{Path(str(error.filename)).name}: {error.strerror}" if isinstance(error, OSError) else str(error)
        raise ConfigError(
            f"encoder.model: {model}: {why[:MAX_SHOWN]}; fetch it anew or choose another model"
        ) from error
    except BaseException as error:
        # tokenizers is written in Rust: it panics over some damaged files, and raises bare exceptions over others.
        if type(error).__name__ not in ("PanicException", "Exception"):
            raise
        raise ConfigError(
            f"encoder.model: {model}: {TOKENIZER}: is damaged ({str(error)[:MAX_SHOWN]}); choose another"
        ) from error
