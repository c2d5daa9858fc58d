"""Every error that a caller can act on.

KadrError
├── UserError            the request, file or setting is wrong; the message says how to mend it (exit code 2)
│   ├── ConfigError      data/catalogue.toml, an option or an environment variable
│   ├── SourceError      a source of films cannot be read, or yields no film
│   │   ├── RowError     one row of a source cannot become a film
│   │   └── PageError    one page could not be fetched, or is no film; the run goes on
│   ├── RatingsError     ratings that cannot be read, or from which nothing can be learned
│   ├── QueryError       a search request that cannot be answered as asked
│   └── EncodeError      a text or a vector that an encoder or the index cannot take
├── ServiceError         hosted inference, or the Hub, did not give what was asked; what it gave is kept (exit code 4)
│   ├── ServiceBusy      it may answer later: time passed, 408, 425, 429, 5xx, no connection, an answer cut short
│   │   └── ServiceUnreached  nobody is there: the name is not known, or the connection is refused
│   ├── ServiceWrong     it answered, but not what was asked: count, order, dimension, a number that is none
│   │   ├── ServiceDrifted   a canary text has another vector than before: it is not the same model any more
│   │   └── WrongDimension   its vectors have another length than the model's are said to have
│   ├── ServiceSpent     the credits are used up (402)
│   ├── ServiceRefused   the token is missing, wrong or lacks a right (401, 403)
│   ├── ServiceMissing   nobody serves the model there (404, 410)
│   └── TextRefused      the texts of a call were refused (400, 413, 422, 424); the service itself is well
└── BundleError          a bundle is refused (exit code 3)
    ├── BundleMissing    there is none
    ├── BundleDamaged    a file is missing, changed, cut short or was never part of it
    └── BundleForeign    it was written by a newer program, or for another encoder

Errors of other libraries are mapped onto these where the library is called, `from` the cause.
"""


class KadrError(Exception):
    """The root of the tree. `exit_code` is what the command line ends with."""

    exit_code = 1


class UserError(KadrError):
    """What was asked for cannot be done as asked; nothing was changed."""

    exit_code = 2


class ConfigError(UserError):
    """A setting is missing, unknown or has the wrong form; the message names its key."""


class SourceError(UserError):
    """A source of films cannot be read, or holds no usable row."""


class RowError(SourceError):
    """One row cannot become a film.

    Attributes:
        row: 1-based number of the row in its source; 0 when it is not known.
        field: the field at fault.
        reason: what is wrong with it, without the value's own text.
    """

    def __init__(self, field: str, reason: str, *, row: int = 0) -> None:
        self.row, self.field, self.reason = row, field, reason
        where = f"row {row}: " if row else ""
        super().__init__(f"{where}{field}: {reason}")


class PageError(SourceError):
    """One page, or one answer of an API, did not give what was asked of it.

    Attributes:
        url: its address, as it may be shown.
        reason: what is wrong, in a few words that pages of one fault share, so that they are counted together.
        detail: what is wrong with this one, "" where there is no more to say.
    """

    def __init__(self, url: str, reason: str, detail: str = "") -> None:
        self.url, self.reason, self.detail = url, reason, detail
        super().__init__(f"{url}: {reason}" + (f" ({detail})" if detail else ""))


class RatingsError(UserError):
    """Ratings that cannot be read, or from which nothing can be learned."""


class QueryError(UserError):
    """A search request that cannot be answered: the message names the parameter."""


class EncodeError(UserError):
    """A text that cannot be encoded, or a vector that cannot be indexed."""


class ServiceError(KadrError):
    """Hosted inference, or the Hub, did not give what was asked. The message says what to do, and holds no secret."""

    exit_code = 4


class ServiceBusy(ServiceError):
    """The service may answer later.

    Attributes:
        wait: seconds that the service asked to be left alone; None where it did not say.
        limited: it answered that there were too many requests (429).
    """

    def __init__(self, message: str, *, wait: float | None = None, limited: bool = False) -> None:
        self.wait, self.limited = wait, limited
        super().__init__(message)


class ServiceUnreached(ServiceBusy):
    """Nobody is there: the name is not known, or the connection is refused. Waiting may be in vain."""


class ServiceWrong(ServiceError):
    """The service gave an answer that cannot be believed."""


class ServiceDrifted(ServiceWrong):
    """The service gives other vectors than it gave when the bundle or the cache was made."""


class WrongDimension(ServiceWrong):
    """The vectors have another length than the model's are said to have. Where the first ones do, all will."""


class ServiceSpent(ServiceError):
    """The credits are used up."""


class ServiceRefused(ServiceError):
    """The token is missing, wrong or lacks a right."""


class ServiceMissing(ServiceError):
    """Nobody serves the model there."""


class TextRefused(ServiceError):
    """The service refused the texts of one call."""


class BundleError(KadrError):
    """A bundle is refused. The bundle that was current before stays current."""

    exit_code = 3


class BundleMissing(BundleError):
    """No bundle stands where one was looked for."""


class BundleDamaged(BundleError):
    """A file of the bundle is missing, changed, truncated or foreign to it."""


class BundleForeign(BundleError):
    """The bundle is whole, but this program must not serve it."""
