"""A REST interface for programs, beside the page.

POST /api/predict reads digits and numbers, GET /api/model describes the network, and
GET /api/openapi.yaml describes this interface. The network is the page's own. Every error is a
problem in JSON (RFC 9457).
"""

import io
import logging
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar

import anyio
import numpy as np
from PIL.Image import Image
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from digit_model import ModelError
from digit_model.numbers.reader import read_number, read_number_ink
from digit_model.report_file import REPORT_FILE, read_report
from photo.files import MAX_PIXELS, PhotographError, open_photograph
from photo.pictures import picture_ink
from server.network import load_network_in_background
from server.notebooks import open_notebook
from server.rest_request import ProblemError, read_notebook, read_request
from server.strokes import SentDrawing

Sent = TypeVar("Sent")
Result = TypeVar("Result")

DESCRIPTION = Path(__file__).with_name("openapi.yaml")

_log = logging.getLogger(__name__)
_one_at_a_time = anyio.CapacityLimiter(1)  # programs wait for each other, visitors for none


async def predict(request: Request) -> Response:
    """Read one picture, a batch of them, or strokes."""
    drawings, is_batch = await read_request(request)
    notebook = read_notebook(request)
    answers = await anyio.to_thread.run_sync(answer, drawings, notebook, limiter=_one_at_a_time)
    return JSONResponse({"predictions": answers} if is_batch else answers[0])


async def send_model(request: Request) -> Response:
    """Send which network answers, and how well it reads."""
    return JSONResponse(await anyio.to_thread.run_sync(describe, limiter=_one_at_a_time))


async def send_description(request: Request) -> Response:
    """Send the description of this interface."""
    return FileResponse(DESCRIPTION, media_type="application/yaml")


def answer(
    drawings: list[bytes | SentDrawing], notebook: str | None = None
) -> list[dict[str, Any]]:
    """Read drawings, and return the JSON of each.

    Args:
        drawings: picture files, or strokes.
        notebook: identity of the notebook whose handwriting to read with; none by default.

    Raises:
        ProblemError, ModelError, SQLAlchemyError
    """
    strokes = [drawing for drawing in drawings if isinstance(drawing, SentDrawing)]
    inks = find_inks([drawing for drawing in drawings if isinstance(drawing, bytes)])
    classifier = load_network_in_background()
    reader = open_notebook(notebook).full_reader(classifier) if notebook else classifier
    numbers = [read_number(reader, *drawing) for drawing in strokes]
    numbers += [read_number_ink(reader, ink) for ink in inks]
    return [{**number.as_json(), "model": classifier.fingerprint} for number in numbers]


def find_inks(files: list[bytes]) -> list[np.ndarray]:
    """Return the ink on each picture. Raises ProblemError."""
    pictures = each(lambda file: open_photograph(io.BytesIO(file)), files)
    if sum(picture.width * picture.height for picture in pictures) > MAX_PIXELS:
        raise ProblemError(413, f"A request has at most {MAX_PIXELS:,} pixels.")
    return each(find_ink, pictures)


def each(function: Callable[[Sent], Result], pictures: Iterable[Sent]) -> list[Result]:
    """Return a function's results for all pictures. A problem says which picture it is about."""
    results = []
    for index, picture in enumerate(pictures):
        try:
            results.append(function(picture))
        except PhotographError as error:
            raise ProblemError(422, str(error), picture=index) from error
    return results


def find_ink(picture: Image) -> np.ndarray:
    """Return the ink on a picture, (H, W) float32. Raises PhotographError."""
    ink = picture_ink(picture)
    if ink is None:
        raise PhotographError("There is no ink on the picture.")
    return ink


def describe() -> dict[str, Any]:
    """Return what is known about the network. Raises ModelError."""
    classifier = load_network_in_background()
    try:
        rows = read_report(REPORT_FILE, classifier.fingerprint)["digits"]
    except (OSError, ValueError, KeyError):  # no report, or not this network's
        rows = []
    return {
        "model": classifier.fingerprint,
        "parameters": classifier.parameters,
        "thresholds": [round(float(threshold), 6) for threshold in classifier.thresholds],
        "layers": [vars(layer) for layer in classifier.layers],
        "measured": [{key: row[key] for key in ("data", "images", "accuracy")} for row in rows],
    }


def problem(status: int, detail: str, **more: Any) -> Response:
    """Return a response that says what is wrong (RFC 9457)."""
    title = HTTPStatus(status).phrase
    content = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return JSONResponse(content, status, media_type="application/problem+json")


async def answer_wrong_request(request: Request, error: ProblemError) -> Response:
    """Answer a request that is wrong."""
    return problem(error.status, error.detail, **error.more)


async def answer_no_route(request: Request, error: HTTPException) -> Response:
    """Answer a request that has no route."""
    response = problem(error.status_code, "See GET /api/openapi.yaml.")
    response.headers.update(error.headers or {})
    return response


async def answer_no_network(request: Request, error: ModelError) -> Response:
    """Answer while the model file is missing or broken."""
    _log.error("%s", error)
    return problem(503, "The network cannot be loaded at the moment.")


async def answer_no_notebook(request: Request, error: SQLAlchemyError) -> Response:
    """Answer while the database is away."""
    return problem(503, "The notebook cannot be read at the moment.")


async def answer_disconnected(request: Request, error: ClientDisconnect) -> Response:
    """End the request of a program that has disconnected."""
    return problem(400, "The request ended early.")


async def answer_bug(request: Request, error: Exception) -> Response:
    """Answer after a bug of ours, which the server logs."""
    return problem(500, "Something went wrong; the server's log says what.")


HANDLERS: Mapping[Any, Callable] = {
    ProblemError: answer_wrong_request,
    HTTPException: answer_no_route,
    ModelError: answer_no_network,
    SQLAlchemyError: answer_no_notebook,
    ClientDisconnect: answer_disconnected,
    Exception: answer_bug,
}

programs = Starlette(
    routes=[
        Route("/predict", predict, methods=["POST"]),
        Route("/model", send_model),
        Route("/openapi.yaml", send_description),
    ],
    exception_handlers=HANDLERS,
)
