"""What makes the network answer at once inside a Streamlit server.

A server only infers: one thread per answer is fastest, and nothing of what Streamlit
tidies up after a script run (it assumes that scripts build models) needs tidying.
"""

import asyncio
import contextlib
import functools
import gc
import os
import threading
from typing import NamedTuple

import streamlit as st

from digit_model import ModelError, load_classifier
from digit_model.classifier import MODEL_FILE, Classifier
from server.changes import change_streamlit, keep_keras_session

# New objects between two collections. A stroke's run leaves about a thousand, most of them
# free without a collector: Python's own threshold of 700 has it run for every third stroke.
GARBAGE = 10_000

_loading = threading.Lock()
_warming_up = threading.Lock()  # taken by the first visitor's page, and never given back


def load_network():
    """Return the Classifier of the model file as it is now, for a run of the page.

    Raises:
        ModelError: as `load_classifier`.
    """
    return _load_model().network


def load_network_in_background():
    """Return the same Classifier as `load_network`, in a thread without a page."""
    _load_model_silently()
    return _load_model().network


def warm_up():
    """Load the network before anybody draws; whoever draws is told where it fails."""
    with contextlib.suppress(ModelError):
        load_network_in_background()


class _Loaded(NamedTuple):
    version: tuple  # of the file, as `model_version`
    network: Classifier


def _is_newest(loaded):
    return loaded.version == model_version(MODEL_FILE)


@st.cache_resource(validate=_is_newest, show_spinner="Starting the network")
def _load_model():
    """Load the network once for all visitors, and anew when its file is replaced."""
    version = model_version(MODEL_FILE)
    return _Loaded(version, load_for_serving(MODEL_FILE))


@st.cache_resource(validate=lambda version: version == model_version(), show_spinner=False)
def _load_model_silently():
    """Load it without a spinner: inside another cached function there is none.

    Only the version is kept here: a second cache would hold on to a network that was replaced.
    """
    return _load_model().version


def model_version(path=MODEL_FILE):
    """Return what changes whenever the model file is replaced; None where it is missing."""
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
        # Read by TensorFlow on import. Visitors come in threads of their own; pools
        # of threads inside each answer only make them wait for one another.
        os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
        os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
        classifier = load_classifier(path)
        keep_keras_session()
        _spare_the_collector()
    return classifier


@functools.cache  # once in this process
def _spare_the_collector():
    """Keep the garbage collector from what the first load leaves.

    Streamlit collects garbage after every script run. TensorFlow's objects, most of the heap,
    never become garbage, and visiting them takes 75–400 ms each time.

    Later loads freeze nothing: what visitors hold at that moment must be able to go, and so must
    the network when it is replaced in its turn. The collector visits that network, which takes a
    millisecond. Of the first network 4 MB stay when it is replaced.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)


@contextlib.asynccontextmanager
async def load_first(app):
    """Load the network before a server serves anybody, as its lifespan."""
    change_streamlit()
    await asyncio.to_thread(warm_up)
    yield


def warm_up_later(seconds):
    """Warm up after some seconds; only the first call in this process does."""
    if _warming_up.acquire(blocking=False):
        run_later(seconds, warm_up)


def run_later(seconds, function):
    """Call a function in a thread of its own after some seconds, unless the process ends."""
    timer = threading.Timer(seconds, function)
    timer.daemon = True
    timer.start()
