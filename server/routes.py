"""The server's routes beside the page."""

import os

from starlette.routing import Mount


def rest_routes() -> list[Mount]:
    """Return the REST interface's routes; none if MNIST_DRAW_REST is "off"."""
    if os.environ.get("MNIST_DRAW_REST") == "off":
        return []
    from server.rest import programs  # a run of the page does not need it

    return [Mount("/api", programs)]
