"""Sends scripts and styles that carry a hash in their name compressed, to be kept for ever.

Streamlit 1.67 sends its own uncompressed, as compressing each anew for each visitor takes more
than it saves; here each is compressed once.
"""

import gzip
import re

import anyio
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HASHED = re.compile(r"[.-][\w-]{8}\.(js|css)$", re.ASCII)
KINDS = ("application/javascript", "text/javascript", "text/css")  # not the page, sent for a 404
HEADERS = {
    "Content-Encoding": "gzip",
    "Vary": "Accept-Encoding",
    "Cache-Control": "public, immutable, max-age=31536000",
}


class HashedFiles:
    """A server's middleware. It remembers each compressed file: two megabytes in all."""

    def __init__(self, app: ASGIApp) -> None:
        """Take what sends the files."""
        self._app, self._compressed = app, dict[str, Response]()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        answer: ASGIApp = self._app
        if is_wanted(scope):
            answer = await self._compress(scope, receive) or answer
        await answer(scope, receive, send)

    async def _compress(self, scope: Scope, receive: Receive) -> Response | None:
        """Return a file's compressed response; None if there is no such file."""
        path = scope["path"]
        if path not in self._compressed:
            messages: list[Message] = []

            async def note(message: Message) -> None:
                messages.append(message)

            await self._app({**scope, "headers": []}, receive, note)
            start, *rest = messages
            kind = Headers(raw=start["headers"]).get("content-type", "")
            if start["status"] != 200 or not kind.startswith(KINDS):
                return None
            body = b"".join(message.get("body", b"") for message in rest)
            smaller = await anyio.to_thread.run_sync(gzip.compress, body)
            self._compressed[path] = Response(smaller, headers=HEADERS, media_type=kind)
        return self._compressed[path]


def is_wanted(scope: Scope) -> bool:
    """Return whether a request is for a file with a hash in its name, which may be compressed."""
    if scope["type"] != "http" or scope["method"] != "GET" or not HASHED.search(scope["path"]):
        return False
    return "gzip" in Headers(scope=scope).get("accept-encoding", "")
