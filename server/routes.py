"""What a server has beside the page."""

import os


def rest_routes():
    """Return the routes of the REST interface; none where MNIST_DRAW_REST is "off"."""
    if os.environ.get("MNIST_DRAW_REST") == "off":
        return []
    from starlette.routing import Mount

    from server.rest import programs  # a run of the page needs nothing of it

    return [Mount("/api", programs)]
