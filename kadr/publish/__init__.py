"""Publishing: a verified bundle goes from the building side to where the serving side fetches it."""

from kadr.publish.job import preview, publish, rollback
from kadr.publish.plan import Published

__all__ = ["Published", "preview", "publish", "rollback"]
