"""The server's routes beside the page."""

import os

import streamlit as st
from starlette.routing import Mount


def rest_routes() -> list[Mount]:
    """Return the REST interface's routes; none if MNIST_DRAW_REST is "off"."""
    if os.environ.get("MNIST_DRAW_REST") == "off":
        return []
    from server.rest import programs  # a run of the page does not need it

    return [Mount(below_page("api"), programs)]


def below_page(path: str) -> str:
    """Return the address of a path beside the page, which server.baseUrlPath may move."""
    base = st.get_option("server.baseUrlPath").strip("/")
    return f"/{base}/{path}" if base else f"/{path}"
