"""The server's routes beside the page."""

import os


def rest_routes():
    """Return the REST interface's routes; none if MNIST_DRAW_REST is "off"."""
    if os.environ.get("MNIST_DRAW_REST") == "off":
        return []
    from starlette.routing import Mount

    from server.rest import programs  # a run of the page does not need it

    return [Mount("/api", programs)]
