"""Understanding a query: its wishes, each visible and removable, and what remains to be looked for."""

from kadr.search.understand.known import Known
from kadr.search.understand.read import understand
from kadr.search.understand.types import Understood

__all__ = ["Known", "Understood", "understand"]
