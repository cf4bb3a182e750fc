"""What a network made of a drawing, as text to keep beside it: it need not look at it again."""

import base64

import numpy as np


def write_seen(fingerprint, probabilities, vector):
    """Return what `read_seen` reads.

    Args:
        fingerprint: of the network's file, as `Classifier.fingerprint`.
        probabilities: (10,) float32, as `Classifier.predict`.
        vector: (d,) float32, as `Embedding.embed`.
    """
    content = np.concatenate([probabilities, vector]).astype("<f4").tobytes()
    return f"{fingerprint} {base64.b64encode(content).decode()}"


def is_seen(text, fingerprint):
    """Return whether a text, or None, is of the network with this fingerprint."""
    return text is not None and text.startswith(f"{fingerprint} ")


def read_seen(text):
    """Return a text's (10,) probabilities and (d,) vector."""
    content = base64.b64decode(text.partition(" ")[2])
    return np.split(np.frombuffer(content, "<f4"), [10])
