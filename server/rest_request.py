"""What a program sends to the REST interface → picture files, or strokes.

A picture comes by itself, in a form, or in JSON as a data URL, as a canvas makes it. It is decoded
elsewhere, and its bytes say what it is: curl calls every file a form's data. Strokes come in JSON.
"""

import base64
import binascii
import json
from collections.abc import AsyncGenerator, AsyncIterator, Sized
from typing import Any

from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from history import is_identity
from server.strokes import SentDrawing, StrokesError, read_sent_drawing

MAX_BYTES = 20_000_000  # of a request
MAX_PICTURES = 100  # of a request


class ProblemError(Exception):
    """What is wrong with a request, as in RFC 9457.

    Attributes:
        status: the HTTP status.
        detail: one sentence for the program's author.
        more: further members of the problem, such as the index of the picture.
    """

    def __init__(self, status: int, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.status, self.detail, self.more = status, detail, more


def read_notebook(request: Request) -> str | None:
    """Return the identity in a request's `?notebook=…`, None without one.

    Raises:
        ProblemError: for anything that cannot be one.
    """
    identity = request.query_params.get("notebook")
    if identity is None or is_identity(identity):
        return identity
    raise ProblemError(422, "A notebook is the 32 characters in its page's address.")


async def read_request(request: Request) -> tuple[list[bytes | SentDrawing], bool]:
    """Read the drawings of a request.

    Returns:
        (drawings, is_batch): 1 to 100 picture files, or the strokes of one drawing; and whether a
        list of answers is expected.

    Raises:
        ProblemError: for anything else.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = _limited(request.stream())
    if kind == "application/json":
        return _read_json(await _join(body))
    if kind == "multipart/form-data":
        return await _read_form(request.headers, body)
    return [await _join(body)], False


async def _limited(stream: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    """Yield a request's body in chunks. Raises ProblemError when it gets too long."""
    size = 0
    async for chunk in stream:
        size += len(chunk)
        if size > MAX_BYTES:
            raise ProblemError(413, f"A request has at most {MAX_BYTES // 10**6} MB.")
        yield chunk


async def _join(body: AsyncIterator[bytes]) -> bytes:
    return b"".join([chunk async for chunk in body])


def _read_json(body: bytes) -> tuple[list[bytes | SentDrawing], bool]:
    """Read `{"image": URL}`, `{"images": [URL, …]}` or what `read_sent_drawing` does."""
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ProblemError(400, "The body is not JSON.") from error
    if not isinstance(sent, dict) or len(sent.keys() & {"image", "images", "strokes"}) != 1:
        raise ProblemError(422, 'Send {"image": URL}, {"images": [URL, …]} or {"strokes": […]}.')
    if "strokes" in sent:
        return [_read_strokes(sent)], False
    if "image" in sent:
        return [_read_data_url(sent["image"], 0)], False
    if not isinstance(sent["images"], list):
        raise ProblemError(422, '"images" is a list of data URLs.')
    _check_count(sent["images"])
    return [_read_data_url(url, index) for index, url in enumerate(sent["images"])], True


def _read_strokes(sent: dict[str, Any]) -> SentDrawing:
    try:
        return read_sent_drawing(sent)
    except StrokesError as error:
        raise ProblemError(422, str(error)) from error


def _read_data_url(url: Any, index: int) -> bytes:
    """Return the bytes in a data URL of a picture (RFC 2397)."""
    head, _, data = url.partition(",") if isinstance(url, str) else ("", "", "")
    if not (head.startswith("data:image/") and head.endswith(";base64")):
        raise ProblemError(422, "A picture is data:image/png;base64,…", picture=index)
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ProblemError(422, "The data URL is not base64.", picture=index) from error


async def _read_form(
    headers: Headers, body: AsyncGenerator[bytes, None]
) -> tuple[list[bytes | SentDrawing], bool]:
    """Read one file in the field `image`, or a batch in `images`."""
    parser = MultiPartParser(headers, body, max_files=2 * MAX_PICTURES, max_fields=0)
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError, UnicodeDecodeError) as error:
        raise ProblemError(400, "The form cannot be read.") from error
    try:
        fields = [name for name, _ in form.multi_items()]
        if not {"image", "images"}.issuperset(fields) or fields.count("image") > 1:
            raise ProblemError(422, "Send one file as `image`, or any number as `images`.")
        _check_count(fields)
        files = [each for _, each in form.multi_items() if isinstance(each, UploadFile)]
        return [await file.read() for file in files], "images" in fields
    finally:
        await form.close()


def _check_count(pictures: Sized) -> None:
    if not 1 <= len(pictures) <= MAX_PICTURES:
        raise ProblemError(422, f"A request has 1 to {MAX_PICTURES} pictures.")
