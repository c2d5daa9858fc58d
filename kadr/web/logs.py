"""The log: one JSON object a line, on standard output."""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime

__all__ = ["LOG", "JsonLines", "configure", "frames"]

LOG = logging.getLogger("kadr.api")


class JsonLines(logging.Formatter):
    """A record as JSON: time, level, name of the logger, event, and the fields that `extra={"told": {...}}` gives."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **({"error": frames(record.exc_info[1])} if record.exc_info and record.exc_info[1] else {}),
            **getattr(record, "told", {}),
        }
        return json.dumps(line, ensure_ascii=False)


def configure() -> None:
    """Write the log of everything of ours as JSON. To be called when a server starts, once or again."""
    logger = logging.getLogger("kadr")
    if not any(isinstance(handler.formatter, JsonLines) for handler in logger.handlers):
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(JsonLines())
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
    # The server's own log of requests holds whole addresses, and so what visitors look for.
    logging.getLogger("uvicorn.access").disabled = True


def frames(error: BaseException) -> str:
    """Return what kind of error it is and where it was raised, without its message, which may quote a visitor."""
    where = "".join(traceback.format_tb(error.__traceback__))
    return f"{type(error).__name__}\n{where}"
