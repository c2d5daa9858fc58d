"""Every error that a caller can act on.

KadrError
├── UserError            the request, file or setting is wrong; the message says how to mend it (exit code 2)
│   ├── ConfigError      data/catalogue.toml, an option or an environment variable
│   ├── SourceError      a source of films cannot be read, or yields no film
│   │   └── RowError     one row of a source cannot become a film
│   ├── QueryError       a search request that cannot be answered as asked
│   └── EncodeError      a text or a vector that an encoder or the index cannot take
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


class QueryError(UserError):
    """A search request that cannot be answered: the message names the parameter."""


class EncodeError(UserError):
    """A text that cannot be encoded, or a vector that cannot be indexed."""


class BundleError(KadrError):
    """A bundle is refused. The bundle that was current before stays current."""

    exit_code = 3


class BundleMissing(BundleError):
    """No bundle stands where one was looked for."""


class BundleDamaged(BundleError):
    """A file of the bundle is missing, changed, truncated or foreign to it."""


class BundleForeign(BundleError):
    """The bundle is whole, but this program must not serve it."""
