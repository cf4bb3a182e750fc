"""Notebooks that learn their owner's handwriting from the drawings saved in them.

The handwriting is learnt in the background when its notebook is opened, and again when the
network's file is replaced. Pages with the same notebook share it.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from itertools import compress
from weakref import WeakValueDictionary

import numpy as np
import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from digit_model import Hand, ModelError
from digit_model.classifier import Classifier
from digit_model.hand.cache import is_cached_by
from digit_model.hand.gain import Replay, replay_learnt
from digit_model.hand.hand import MOST_CACHED
from digit_model.hand.votes import MOST_EXAMPLES
from digit_model.ink_path import Strokes
from history import RETRY, Database, Entry, Notebook, WriteQueue
from history.notebook import Examples
from history.queue import QueuedNotebook
from server.network import load_network_in_background, run_later

ANSWER_WAIT = 0.3  # longest wait of an answer for handwriting that is being learnt, in seconds
# Drawings learnt at once: other visitors' answers come in between, and the Hand still remembers
# what the network computed of them when it is saved.
BATCH = MOST_CACHED

_opened: "WeakValueDictionary[QueuedNotebook, HandwritingNotebook]" = WeakValueDictionary()
_opening = threading.Lock()
_turn = threading.Lock()  # one batch at a time: long notebooks take no more than one processor


@st.cache_resource(show_spinner=False)
def open_write_queue() -> WriteQueue:
    """Return the process's WriteQueue. It connects when it is first needed, not here."""
    secrets = st.secrets if st.secrets.load_if_toml_exists() else {}
    return WriteQueue(Database(secrets.get("connections", {}).get("history", {}).get("url")))


def open_notebook(identity: str, is_new: bool = False) -> "HandwritingNotebook":
    """Return the notebook with this identity, the same one for all who use it.

    Args:
        identity: as `history.new_identity` makes it.
        is_new: whether nothing can have been saved in it yet.
    """
    queued = open_write_queue().notebook(identity)
    with _opening:
        notebook = _opened.get(queued) or HandwritingNotebook(queued, is_new)
        _opened[queued] = notebook
        return notebook


def find_notebook(identity: str) -> "HandwritingNotebook | None":
    """Return the notebook with this identity if a page has it open; nothing is read for it."""
    return _opened.get(open_write_queue().notebook(identity))


class HandwritingNotebook:
    """A notebook, and the handwriting learnt from what is saved in it.

    If the network's file has no embedding, nothing is learnt.

    Attributes:
        version: changes whenever a drawing may be read otherwise than before.
    """

    def __init__(self, queued: QueuedNotebook, is_new: bool) -> None:
        """Do not call this; call `open_notebook`."""
        self.version = 0
        self._queued, self._is_new = queued, is_new
        self._network: Classifier | None = None
        self._hand: Hand | None = None  # of `_network`, once all that is saved is learnt
        self._learning: threading.Thread | None = None  # learns what is saved
        self._problem: SQLAlchemyError | None = None  # why it could not,
        self._retry_at = np.inf  # ... and when to try again
        self._gain: tuple[int | None, Replay | None] = None, None  # of a version
        self._changing = threading.RLock()

    @property
    def identity(self) -> str:
        """The notebook's identity, which only its owner may see."""
        return self._queued.identity

    @property
    def waiting(self) -> int:
        """Number of changes that wait for the database."""
        return self._queued.waiting

    @property
    def trouble(self) -> str:
        """Why a change was refused after its page had stopped waiting."""
        return self._queued.trouble

    def saved(self) -> Notebook:
        """Return what is saved, to read. Raises DatabaseAwayError as `Database.notebook` does."""
        return self._queued.saved()

    def find(self, ids: Collection[str]) -> list[Entry]:
        """Return the entries with these ids. Raises SQLAlchemyError."""
        return self._queued.find(ids)

    def save(self, entry: Entry) -> None:
        """Save an entry, and learn it. Raises OverflowError as `QueuedNotebook.save`."""
        image = _as_ink(entry.image)
        if (hand := self._hand) is not None:
            entry = replace(entry, seen=hand.cached(image[None], [as_arrays(entry.strokes)])[0])
        self._queued.save(entry)
        self._change(lambda hand: hand.learn(image, entry.label, as_arrays(entry.strokes)))

    def delete(self, entry: Entry) -> None:
        """Delete an entry, and unlearn it. Raises OverflowError as `QueuedNotebook.delete`."""
        self._queued.delete(entry.id)
        self._change(lambda hand: hand.forget(_as_ink(entry.image)))

    def delete_all(self) -> None:
        """Delete all entries, and unlearn them."""
        self._queued.delete_all()
        self._change(lambda hand: hand.forget_all())

    def watch(self, images: Sequence[np.ndarray], strokes: Sequence[Strokes]) -> None:
        """Learn from finished drawings that are read with certainty; nothing is saved.

        Args:
            images, strokes: as for `Classifier.classify_all`.
        """
        with self._changing:
            if self._hand is not None:
                self.version += 1
                self._hand.adapt(images, strokes)

    def reader(self, network: Classifier) -> Classifier | Hand:
        """Return what reads best now: the Hand of a Classifier, or the Classifier by itself.

        If the handwriting is still being learnt after a moment, that is the Classifier.
        """
        self.follow(network)
        if (learning := self._learning) and not self._problem:
            learning.join(ANSWER_WAIT)
        return self.ready_reader(network)

    def ready_reader(self, network: Classifier) -> Classifier | Hand:
        """Return what reads best without waiting for anything, as `reader`."""
        hand = self._hand
        return network if hand is None or hand.classifier is not network else hand

    def full_reader(self, network: Classifier) -> Classifier | Hand:
        """Return what reads best once all that is saved is learnt.

        Raises:
            SQLAlchemyError: if the drawings cannot be read.
        """
        self.follow(network)
        if learning := self._learning:
            learning.join()
        if self._problem:
            raise self._problem
        return self.reader(network)

    def gain(self) -> Replay | None:
        """Return a Replay of what is learnt, each drawing read with what was learnt before it.

        None if nothing can be learnt.
        """
        hand, version = self._hand, self.version
        if hand is not None and self._gain[0] != version:
            self._gain = version, replay_learnt(hand)
        return None if hand is None else self._gain[1]

    def follow(self, network: Classifier) -> int:
        """Learn what is saved in the background, unless it is learnt with this Classifier.

        Returns:
            `version`.
        """
        with self._changing:
            if network is not self._network:
                self._network, self.version = network, self.version + 1
                self._hand = None if network.embedding is None else Hand(network)
                self._learning, self._problem = None, None
                self._retry_at = np.inf if self._is_new or self._hand is None else 0
                self._is_new = False
            if not self._learning and time.monotonic() >= self._retry_at:
                self._learning = threading.Thread(target=self._learn, args=[network], daemon=True)
                self._learning.start()
            return self.version

    def _learn(self, network: Classifier) -> None:
        try:
            while not self._learn_once(network):
                pass
        except SQLAlchemyError as error:
            with self._changing:
                self._problem, self._retry_at = error, time.monotonic() + RETRY
        finally:
            with self._changing:
                if network is self._network:
                    self._learning = None

    def _learn_once(self, network: Classifier) -> bool:
        """Learn what is saved; return False if it changed while it was learnt."""
        version = self.version
        hand, examples = Hand(network), list(self._queued.examples(MOST_EXAMPLES).items())
        for start in range(0, len(examples), BATCH):
            self._learn_batch(hand, dict(examples[start : start + BATCH]))
        with self._changing:
            if network is not self._network:
                return True
            if version != self.version:
                return False
            self._hand, self.version = hand, version + 1
            self._problem, self._retry_at = None, np.inf
            return True

    def _learn_batch(self, hand: Hand, examples: Examples) -> None:
        """Teach a Hand some examples, and save what the network had to compute."""
        pixels, labels, points, seen = zip(*examples.values(), strict=True)
        images, strokes = _as_ink(np.array(pixels)), [*map(as_arrays, points)]
        with _turn:
            hand.learn_all(images, labels, seen, strokes)
        fingerprint = hand.classifier.fingerprint
        is_new = [not is_cached_by(text, fingerprint) for text in seen]
        if any(is_new):
            cached = hand.cached(images[is_new], [*compress(strokes, is_new)])
            with contextlib.suppress(SQLAlchemyError):  # next time, then
                self._queued.save_seen(dict(zip(compress(examples, is_new), cached, strict=True)))

    def _change(self, change: Callable[[Hand], object]) -> None:
        with self._changing:
            self.version += 1
            if self._hand is not None:
                change(self._hand)


def learn_later(notebook: HandwritingNotebook, seconds: float) -> None:
    """Learn what is saved in a notebook after some seconds, before anybody draws."""

    def learn() -> None:
        with contextlib.suppress(ModelError):  # the page says so when somebody draws
            notebook.follow(load_network_in_background())

    run_later(seconds, learn)


def as_arrays(strokes: list[list[list[float]]]) -> list[np.ndarray]:
    """Return the strokes of an Entry as the network takes them; of a photograph, none."""
    return [np.array(stroke) for stroke in strokes]


def _as_ink(image: np.ndarray) -> np.ndarray:
    """Return grey levels as the ink in [0, 1] that the network sees, float32."""
    return np.asarray(image, np.float32) / 255
