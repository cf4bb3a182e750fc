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

FOLDER, ROOT = Path.cwd(), Path(__file__).parents[1]
sys.path[:0] = [str(FOLDER), str(ROOT)]

from digit_model import Prediction
from digit_model.classifier import judge
from digit_model.rasterize import draw
from driving.drawings import ONE, SMALL_SEVEN, THREE
from preprocess import BRUSH, CANVAS, canvas_to_mnist
from server import network
from server.routes import rest_routes
from tests.fake_networks import FakeClassifier, sure

DRAWINGS = {3: THREE, 1: ONE, 7: SMALL_SEVEN}


class NearestDrawing(FakeClassifier):
    """A network to which each image is the digit of the known drawing that it is nearest to."""

    def __init__(self) -> None:
        super().__init__(0, 0.97)
        strokes = [np.array(points, float) for points in DRAWINGS.values()]
        images = [canvas_to_mnist(draw([stroke], BRUSH, CANVAS, CANVAS)) for stroke in strokes]
        self.known = np.array(images)

    def predict(self, images: np.ndarray) -> np.ndarray:
        distances = ((np.asarray(images)[:, None] - self.known) ** 2).sum(axis=(2, 3))
        return sure(np.array([*DRAWINGS])[distances.argmin(axis=1)], 0.97).astype(np.float32)

    def classify_all(self, images: np.ndarray) -> list:
        return [judge(shares, self.thresholds) for shares in self.predict(images)]

    def classify(self, image: np.ndarray) -> Prediction:
        return self.classify_all(image[None])[0]


network.load_for_serving = lambda path: NearestDrawing()

if __name__ == "__main__":
    runpy.run_path(str(FOLDER / "webapp.py"), run_name="__main__")
else:
    app = st.App(__file__, lifespan=network.load_first, routes=rest_routes())
