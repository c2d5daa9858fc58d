"""Pages of other sites: which of them may ask, and a problem for those that may not."""

from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from kadr.web.asked import REQUEST_ID
from kadr.web.problems import Fault, Problem, response

__all__ = ["Cors"]

METHODS = ("GET", "HEAD", "POST")
HEADERS = ("Authorization", "Content-Type", "If-None-Match", "X-API-Key", REQUEST_ID)


class Cors(CORSMiddleware):
    """An ASGI layer. `origins`: sites whose pages may ask; `*` is any."""

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        shown = ("ETag", "Retry-After", REQUEST_ID)
        super().__init__(app, allow_origins=origins, allow_methods=METHODS, allow_headers=HEADERS, expose_headers=shown)

    def preflight_response(self, request_headers: Headers) -> Response:
        """Return the answer to a browser that asks whether a page may ask."""
        answer = super().preflight_response(request_headers)
        if answer.status_code < 400:
            return answer
        faults = []
        if not self.is_allowed_origin(request_headers["origin"]):
            faults.append(Fault("Pages of this origin may not ask", "Origin"))
        if request_headers["access-control-request-method"] not in METHODS:
            faults.append(Fault("This method is served to no page", "Access-Control-Request-Method", _one_of(METHODS)))
        if not faults:
            faults.append(Fault("A page may send other headers", "Access-Control-Request-Headers", _one_of(HEADERS)))
        return _Refusal(Problem("page_refused", *faults, headers={"Vary": "Origin"}))


class _Refusal(Response):
    """A problem whose request is known when it is sent."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(status_code=problem.status)
        self._problem = problem

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        await response(self._problem, scope)(scope, receive, send)


def _one_of(values: Sequence[str]) -> dict[str, list[str]]:
    return {"enum": list(values)}
