"""From films to vectors, by the encoder that the configuration names, and to what that encoder is worth here.

wishes      what is said of the encoder, checked before anything is read
questions   the texts that a new encoder is asked with, to measure it
local       encoders that need no service: embedded, static, local
price       what a hosted model is asked, and what that takes
remote      a hosted model
distilling  the encoder that is distilled from a model
projecting  what a film's own sentences tell of the local model's space
voices      what the texts of one source have in common, taken out of its vectors
worth       calibration and weight of each leg
"""

from collections.abc import Sequence
from pathlib import Path

from kadr.config import Config
from kadr.engine import Access
from kadr.film import Film
from kadr.progress import Reporter
from kadr.vectorise.made import CANARIES, Made
from kadr.vectorise.questions import Questions
from kadr.vectorise.wishes import check_settings, named
from kadr.vectorise.worth import legs_of

__all__ = ["CANARIES", "Made", "Questions", "check_access", "check_settings", "legs_of", "vectorise"]


def check_access(config: Config, access: Access) -> None:
    """Stop where the encoder of a configuration cannot be used: for what is said of it, or for want of a token.

    Raises:
        ServiceRefused: a hosted model answers nobody without one.
        ConfigError: as `check_settings` has it, or the token has a wrong form.
    """
    check_settings(config)
    if config.encoder.name == "hosted":
        from kadr.vectorise.price import check_token

        with named(config):
            check_token(config, access)


def vectorise(
    films: Sequence[Film], questions: Questions, config: Config, folder: Path, reporter: Reporter, access: Access
) -> Made:
    """Encode films and questions with the encoder of a configuration; what a bundle needs of it goes under `folder`."""
    with named(config):
        if config.encoder.name == "hosted":
            from kadr.vectorise.remote import by_hosted

            return by_hosted(films, questions, config, folder, reporter, access)
        if config.encoder.name == "static":
            from kadr.vectorise.local import by_static

            return by_static(films, questions, config.encoder, folder, reporter)
        if config.encoder.name == "local":
            from kadr.vectorise.local import by_local

            return by_local(films, questions, config, folder, reporter)
        from kadr.vectorise.local import by_embedded

        return by_embedded(films, questions, config.encoder, folder, reporter)
