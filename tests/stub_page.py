"""The page with a stub network that knows three drawings, for tests of all that is around it.

    streamlit run tests/stub_page.py

The page is that of the folder where it is started. Without TensorFlow, a server starts in a
second instead of five, and takes a fifth of the memory.
"""

import runpy
import sys
from pathlib import Path

import numpy as np
import streamlit as st
from starlette.middleware import Middleware

FOLDER, ROOT = Path.cwd(), Path(__file__).parents[1]
sys.path[:0] = [str(FOLDER), str(ROOT)]

from digit_model.rasterize import draw
from driving.drawings import ONE, SMALL_SEVEN, THREE
from page.answer.live import live_routes
from page.front_page import front_routes
from preprocess import BRUSH, CANVAS, canvas_to_mnist
from server import network
from server.hashed_files import HashedFiles
from server.routes import rest_routes
from tests.fake_networks import LearningClassifier, sure

DRAWINGS = {3: THREE, 1: ONE, 7: SMALL_SEVEN}
ALIKE, SURE = 0.8, 0.999  # cosine from which an image is read as a drawing, and how surely


class NearestDrawing(LearningClassifier):
    """A network to which an image is the digit of the known drawing most like it, if one is."""

    def __init__(self) -> None:
        super().__init__(0, SURE)
        strokes = [np.array(points, float) for points in DRAWINGS.values()]
        images = [canvas_to_mnist(draw([stroke], BRUSH, CANVAS, CANVAS)) for stroke in strokes]
        self.known = np.array(images)

    def predict(self, images: np.ndarray) -> np.ndarray:
        likeness = _directions(images) @ _directions(self.known).T
        shares = sure(np.array([*DRAWINGS])[likeness.argmax(axis=1)], SURE)
        shares[likeness.max(axis=1) < ALIKE] = 0.1  # not a digit
        return shares.astype(np.float32)


def _directions(images: np.ndarray) -> np.ndarray:
    """Return images, blurred so that a pixel to the side is nearly the same, as unit vectors."""
    for axis in (1, 2, 1, 2):
        images = sum(np.roll(images, step, axis) for step in (-1, 0, 1))
    flat = images.reshape(len(images), -1)
    return flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-6)


network.load_for_serving = lambda path: NearestDrawing()

if __name__ == "__main__":
    runpy.run_path(str(FOLDER / "webapp.py"), run_name="__main__")
else:
    routes = [*front_routes(), *rest_routes(), *live_routes()]
    middleware = [Middleware(HashedFiles)]
    app = st.App(__file__, lifespan=network.load_first, routes=routes, middleware=middleware)
