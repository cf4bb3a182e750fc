"""The network of a Streamlit server: loaded before anybody draws, and when its file is replaced."""

import asyncio
import contextlib
import os
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import streamlit as st

from digit_model import ModelError, load_classifier
from digit_model.classifier import Classifier
from digit_model.loading import MODEL_FILE
from server.patches import change_streamlit, keep_keras_session, without_pandas
from server.process import allow_open_files, prepare_to_infer

_loading = threading.Lock()
_warming_up = threading.Lock()  # taken by the first visitor's page, and never given back


class _Loaded(NamedTuple):
    version: tuple[int, ...] | None  # of the file, as `model_version`
    network: Classifier


def _is_newest(loaded: _Loaded) -> bool:
    return loaded.version == model_version(MODEL_FILE)


def _load_model() -> _Loaded:
    """Load the network once for all visitors, and again when its file is replaced."""
    version = model_version(MODEL_FILE)
    return _Loaded(version, load_for_serving(MODEL_FILE))


# Two ways to one cache, which belongs to the function. Without a page, a spinner would be logged.
_load_on_page = st.cache_resource(validate=_is_newest, show_spinner="Starting the network")(
    _load_model
)
_load_in_background = st.cache_resource(validate=_is_newest, show_spinner=False)(_load_model)


def load_network() -> Classifier:
    """Return the network of the model file as it is now, in a run of the page.

    Raises:
        ModelError: as `load_classifier`.
    """
    return _load_on_page().network


def load_network_in_background() -> Classifier:
    """Return the same network as `load_network`, in a thread without a page."""
    return _load_in_background().network


def warm_up() -> None:
    """Load the network before anybody draws. If that fails, the page says so at a stroke."""
    with contextlib.suppress(ModelError):
        network = load_network_in_background()
        if network.embedding is not None:
            network.embed(np.zeros((1, 28, 28)))  # compiled now, not with the first correction


def warm_up_views() -> None:
    """Also load what Look inside and Photo need: their first visitor does not wait for it.

    It would stay in memory anyway. Photo's part comes before the garbage collector ignores all.
    """
    import photo.ink  # noqa: F401  scikit-image

    warm_up()
    with contextlib.suppress(ModelError):
        load_network_in_background().feature_maps(np.zeros((28, 28), np.float32))


def model_version(path: Path | str = MODEL_FILE) -> tuple[int, ...] | None:
    """Return a value that changes when the model file is replaced; None if it is missing."""
    try:
        stat = os.stat(path)
    except OSError:
        return None
    return stat.st_ino, stat.st_size, stat.st_mtime_ns


def load_for_serving(path: Path | str = MODEL_FILE) -> Classifier:
    """Load the classifier of a `.keras` file in a process that is set up to answer quickly.

    Raises:
        ModelError: as `load_classifier`.
    """
    with _loading:
        prepare_to_infer()
        keep_keras_session()
        return load_classifier(path)


@contextlib.asynccontextmanager
async def load_first(app: st.App) -> AsyncIterator[None]:
    """Load the network before the server serves anybody; a lifespan of `st.App`."""
    allow_open_files()
    change_streamlit()
    with without_pandas():  # nobody else imports anything yet
        await asyncio.to_thread(warm_up_views)
    yield


def warm_up_later(seconds: float) -> None:
    """Warm up after some seconds, if this is the process's first call."""
    if _warming_up.acquire(blocking=False):
        run_later(seconds, warm_up)


def run_later(seconds: float, function: Callable[[], object]) -> None:
    """Call a function in a thread of its own after some seconds, unless the process ends."""
    timer = threading.Timer(seconds, function)
    timer.daemon = True
    timer.start()
