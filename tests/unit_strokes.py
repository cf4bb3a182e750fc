"""Hand-made strokes that several tests draw with, in the unit box."""

import numpy as np

STEM = [np.array([[0.0, 0.0], [0.0, 1.0]])]
TURN = np.linspace(0, 2 * np.pi, 30)
RING = [np.stack([0.4 + 0.4 * np.cos(TURN), 0.5 + 0.5 * np.sin(TURN)], axis=1)]
