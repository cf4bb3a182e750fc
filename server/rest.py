"""A REST interface for programs, beside the page.

POST /api/predict reads digits and numbers, GET /api/model describes the network, and
GET /api/openapi.yaml describes this interface. The network is the page's own. Every error is a
problem in JSON (RFC 9457).
"""

import io
import logging
from http import HTTPStatus
from pathlib import Path

import anyio
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import FileResponse, JSONResponse
from starlette.routing import Route

from digit_model import ModelError
from digit_model.numbers.reader import read_number_ink
from digit_model.report_file import REPORT_FILE, read_report
from photo.files import MAX_PIXELS, PhotographError, open_photograph
from photo.pictures import picture_ink
from server.network import load_network_in_background
from server.notebooks import open_notebook
from server.rest_request import ProblemError, read_notebook, read_request

DESCRIPTION = Path(__file__).with_name("openapi.yaml")

_log = logging.getLogger(__name__)
_one_at_a_time = anyio.CapacityLimiter(1)  # programs wait for each other, visitors for none


async def predict(request):
    """Read one picture, or a batch of them."""
    files, is_batch = await read_request(request)
    notebook = read_notebook(request)
    answers = await anyio.to_thread.run_sync(answer, files, notebook, limiter=_one_at_a_time)
    return JSONResponse({"predictions": answers} if is_batch else answers[0])


async def send_model(request):
    """Send which network answers, and how good it is."""
    return JSONResponse(await anyio.to_thread.run_sync(describe, limiter=_one_at_a_time))


async def send_description(request):
    """Send the description of this interface."""
    return FileResponse(DESCRIPTION, media_type="application/yaml")


def answer(files, notebook=None):
    """Return a list of dicts, one for each picture file.

    Args:
        files: list of bytes.
        notebook: identity of the notebook whose hand reads; none by default.

    Raises:
        ProblemError, ModelError, SQLAlchemyError
    """
    pictures = each(lambda file: open_photograph(io.BytesIO(file)), files)
    if sum(picture.width * picture.height for picture in pictures) > MAX_PIXELS:
        raise ProblemError(413, f"A request has at most {MAX_PIXELS:,} pixels.")
    inks = each(see, pictures)
    classifier = load_network_in_background()
    reader = open_notebook(notebook).full_reader(classifier) if notebook else classifier
    numbers = [read_number_ink(reader, ink) for ink in inks]
    return [{**number.as_json(), "model": classifier.fingerprint} for number in numbers]


def each(function, pictures):
    """Return a function's results for all pictures. A problem names its picture."""
    results = []
    for index, picture in enumerate(pictures):
        try:
            results.append(function(picture))
        except PhotographError as error:
            raise ProblemError(422, str(error), picture=index) from error
    return results


def see(picture):
    """Return the ink on a picture, (H, W) float32. Raises PhotographError."""
    ink = picture_ink(picture)
    if ink is None:
        raise PhotographError("There is no ink on the picture.")
    return ink


def describe():
    """Return what is known about the network. Raises ModelError."""
    classifier = load_network_in_background()
    try:
        rows = read_report(REPORT_FILE, classifier.fingerprint)["digits"]
    except (OSError, ValueError, KeyError):  # no report, or not this network's
        rows = []
    return {
        "model": classifier.fingerprint,
        "parameters": sum(layer.parameters for layer in classifier.layers),
        "thresholds": [round(float(threshold), 6) for threshold in classifier.thresholds],
        "layers": [vars(layer) for layer in classifier.layers],
        "measured": [{key: row[key] for key in ("data", "images", "accuracy")} for row in rows],
    }


def problem(status, detail, **more):
    """Return a response that says what is wrong (RFC 9457)."""
    told = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    told |= {"detail": detail, **more}
    return JSONResponse(told, status, media_type="application/problem+json")


async def tell_problem(request, error):
    """Answer a request that is wrong."""
    return problem(error.status, error.detail, **error.more)


async def tell_http_problem(request, error):
    """Answer a request that has no route."""
    response = problem(error.status_code, "See GET /api/openapi.yaml.")
    response.headers.update(error.headers or {})
    return response


async def tell_no_network(request, error):
    """Answer while the model file is missing or broken."""
    _log.error("%s", error)
    return problem(503, "The network cannot be loaded at the moment.")


async def tell_no_notebook(request, error):
    """Answer while the database is away."""
    return problem(503, "The notebook cannot be read at the moment.")


async def tell_gone(request, error):
    """End the request of a program that has hung up."""
    return problem(400, "The request ended early.")


async def tell_bug(request, error):
    """Answer after a mistake of ours, which the server logs."""
    return problem(500, "Something went wrong; the server's log says what.")


programs = Starlette(
    routes=[
        Route("/predict", predict, methods=["POST"]),
        Route("/model", send_model),
        Route("/openapi.yaml", send_description),
    ],
    exception_handlers={
        ProblemError: tell_problem,
        HTTPException: tell_http_problem,
        ModelError: tell_no_network,
        SQLAlchemyError: tell_no_notebook,
        ClientDisconnect: tell_gone,
        Exception: tell_bug,
    },
)
