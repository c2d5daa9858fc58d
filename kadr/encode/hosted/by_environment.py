"""What an error says of a call whose model and address are named in the environment, not in the catalogue file."""

from dataclasses import dataclass

from kadr.encode.hosted.faults import Asked
from kadr.errors import ServiceMissing, TextRefused

__all__ = ["ByEnvironment"]


@dataclass(frozen=True, slots=True)
class ByEnvironment(Asked):
    """As `Asked`. `model_variable`, `url_variable`: what names the model and a server of one's own."""

    model_variable: str
    url_variable: str

    @classmethod
    def of(cls, asked: Asked, model_variable: str, url_variable: str) -> "ByEnvironment":
        """Return the same, with the variables that mend it."""
        return cls(asked.host, asked.model, asked.variable, asked.keys, model_variable, url_variable)

    def missing(self, what: str) -> ServiceMissing:
        """Return the error of a model that is not served there."""
        return ServiceMissing(self._line(what, f"check {self.model_variable} and {self.url_variable}"))

    def text_refused(self, what: str) -> TextRefused:
        """Return the error of a request that the service does not take."""
        return TextRefused(self._line(what, f"another model in {self.model_variable} may take it"))
