"""Loads the network for a Streamlit server, and sets the process up to answer quickly.

A server only infers: one thread per answer is fastest, and what Streamlit tidies up after each
run, in case a script builds models, needs no tidying here.
"""

import asyncio
import contextlib
import ctypes
import functools
import gc
import os
import threading
from typing import NamedTuple

import numpy as np
import streamlit as st

from digit_model import ModelError, load_classifier
from digit_model.classifier import Classifier
from digit_model.loading import MODEL_FILE
from server.patches import change_streamlit, keep_keras_session, without_pandas

# New objects between two garbage collections. A stroke's run makes about a thousand, most of them
# freed without a collector: Python's own threshold of 700 would run it for every third stroke.
GARBAGE = 10_000

# What glibc's malloc is told (mallopt(3)): a block of this many bytes or more goes back to the
# system once it is freed, as do this many at the heap's end, and all threads share two heaps.
# Otherwise each thread has its own, and all keep what photographs took: 130 MB after five visitors.
ALLOCATION = {
    "M_MMAP_THRESHOLD": (-3, 4 << 20),
    "M_TRIM_THRESHOLD": (-1, 1 << 20),
    "M_ARENA_MAX": (-8, 2),
}

_loading = threading.Lock()
_warming_up = threading.Lock()  # taken by the first visitor's page, and never given back


class _Loaded(NamedTuple):
    version: tuple  # of the file, as `model_version`
    network: Classifier


def _is_newest(loaded):
    return loaded.version == model_version(MODEL_FILE)


def _load_model():
    """Load the network once for all visitors, and again when its file is replaced."""
    version = model_version(MODEL_FILE)
    return _Loaded(version, load_for_serving(MODEL_FILE))


# Two ways to one cache, which belongs to the function. Without a page, a spinner would be logged.
_load_on_page = st.cache_resource(
    _load_model, validate=_is_newest, show_spinner="Starting the network"
)
_load_in_background = st.cache_resource(_load_model, validate=_is_newest, show_spinner=False)


def load_network():
    """Return the Classifier of the model file as it is now, in a run of the page.

    Raises:
        ModelError: as `load_classifier`.
    """
    return _load_on_page().network


def load_network_in_background():
    """Return the same Classifier as `load_network`, in a thread without a page."""
    return _load_in_background().network


def warm_up():
    """Load the network before anybody draws. If that fails, whoever draws is told."""
    with contextlib.suppress(ModelError):
        network = load_network_in_background()
        if network.embedding is not None:
            network.embed(np.zeros((1, 28, 28)))  # compiled now, not with the first correction


def warm_up_views():
    """Load what Look inside and Photo need, too: their first visitor does not wait for it.

    It would stay in memory anyway. Photo's part comes before the collector is told to spare all.
    """
    import photo.ink  # noqa: F401  scikit-image

    warm_up()
    with contextlib.suppress(ModelError):
        load_network_in_background().feature_maps(np.zeros((28, 28), np.float32))


def model_version(path=MODEL_FILE):
    """Return a value that changes when the model file is replaced; None if it is missing."""
    try:
        stat = os.stat(path)
    except OSError:
        return None
    return stat.st_ino, stat.st_size, stat.st_mtime_ns


def load_for_serving(path=MODEL_FILE):
    """Load the classifier and set this process up to answer quickly.

    Args:
        path: a `.keras` file.

    Returns:
        Classifier.

    Raises:
        ModelError: as `load_classifier`.
    """
    with _loading:
        # TensorFlow reads these on import. Each visitor has a thread; more threads for each
        # answer only make visitors wait for one another.
        os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
        os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
        keep_keras_session()
        _spare_memory()
        _spare_the_collector()
        return load_classifier(path)


def _spare_memory():
    """Have the C library give memory back, as ALLOCATION says; without glibc, do nothing."""
    with contextlib.suppress(AttributeError, OSError, TypeError):  # of other C libraries
        mallopt = ctypes.CDLL(None).mallopt
        for parameter, value in ALLOCATION.values():
            mallopt(parameter, value)


@functools.cache  # once in this process
def _spare_the_collector():
    """Have the garbage collector pass over TensorFlow, and run less often.

    TensorFlow's objects, most of the heap, never become garbage, and visiting them takes 75–400 ms.
    The network is loaded afterwards: it must be freed when its file is replaced. Visiting it takes
    a millisecond.
    """
    import tensorflow  # noqa: F401

    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)


@contextlib.asynccontextmanager
async def load_first(app):
    """Load the network before the server serves anybody; a lifespan of `st.App`."""
    change_streamlit()
    with without_pandas():  # nobody else imports anything yet
        await asyncio.to_thread(warm_up_views)
    yield


def warm_up_later(seconds):
    """Warm up after some seconds, if this is the process's first call."""
    if _warming_up.acquire(blocking=False):
        run_later(seconds, warm_up)


def run_later(seconds, function):
    """Call a function in a thread of its own after some seconds, unless the process ends."""
    timer = threading.Timer(seconds, function)
    timer.daemon = True
    timer.start()
