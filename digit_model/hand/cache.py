"""What a network made of a drawing, cached as text: it need not read the drawing again."""

import base64

import numpy as np


def write_cached(fingerprint: str, probabilities: np.ndarray, vector: np.ndarray) -> str:
    """Return what `read_cached` reads.

    Args:
        fingerprint: of the network's file, as `Classifier.fingerprint`.
        probabilities: (10,) float32, as `Classifier.predict`.
        vector: (d,) float32, as `Embedding.embed`.
    """
    content = np.concatenate([probabilities, vector]).astype("<f4").tobytes()
    return f"{fingerprint} {base64.b64encode(content).decode()}"


def is_cached_by(text: str | None, fingerprint: str) -> bool:
    """Return whether a text is of the network with this fingerprint."""
    return text is not None and text.startswith(f"{fingerprint} ")


def read_cached(text: str) -> tuple[np.ndarray, np.ndarray]:
    """Return a text's (10,) probabilities and (d,) vector."""
    numbers = np.frombuffer(base64.b64decode(text.partition(" ")[2]), "<f4")
    return numbers[:10], numbers[10:]
