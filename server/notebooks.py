"""Notebooks that learn their owner's hand from the drawings they keep.

A hand is learnt in the background when its notebook is opened, and anew when the network's file
is replaced. Pages with the same notebook share it.
"""

import contextlib
import threading
import time
from dataclasses import replace
from itertools import compress
from weakref import WeakValueDictionary

import numpy as np
import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from digit_model import Hand, ModelError
from digit_model.hand.cache import is_seen
from digit_model.hand.gain import replay_kept
from digit_model.hand.hand import FEW, MOST
from history import RETRY, Database, WriteQueue
from server.network import load_network_in_background, run_later

PATIENCE = 0.3  # longest wait of an answer for a hand that is being learnt, in seconds
# Drawings learnt at once: other visitors' answers come in between, and the hand still remembers
# what the network made of them when it is noted.
BATCH = FEW

_opened = WeakValueDictionary()  # by history.Notebook
_opening = threading.Lock()
_turn = threading.Lock()  # one batch at a time: long notebooks take no more than one processor


@st.cache_resource(show_spinner=False)
def open_write_queue():
    """Return the process's WriteQueue. It connects when it is first needed, not here."""
    secrets = st.secrets if st.secrets.load_if_toml_exists() else {}
    return WriteQueue(Database(secrets.get("connections", {}).get("history", {}).get("url")))


def open_notebook(identity, is_new=False):
    """Return the LearningNotebook with this identity, the same one for all who use it.

    Args:
        identity: as of `history.new_identity`.
        is_new: whether nobody can have kept anything in it.
    """
    kept = open_write_queue().notebook(identity)
    with _opening:
        notebook = _opened.get(kept) or LearningNotebook(kept, is_new)
        _opened[kept] = notebook
        return notebook


class LearningNotebook:
    """A notebook, and the hand learnt from what is kept in it.

    If the network's file has no embedding, it only keeps.

    Attributes:
        version: changes whenever a drawing may be read otherwise than before.
    """

    def __init__(self, kept, is_new):
        """Do not call this; call `open_notebook`."""
        self.version = 0
        self._kept, self._is_new = kept, is_new  # history.Notebook
        self._network = self._hand = None  # the Hand is of this Classifier, if it can have one
        self._learning = None  # the thread that learns what is kept, if there is one
        self._problem, self._retry_at = None, np.inf  # why it could not, and when to try again
        self._gain = None, None  # of a version
        self._changing = threading.RLock()

    @property
    def identity(self):
        """The notebook's identity, which only its owner may see."""
        return self._kept.identity

    @property
    def waiting(self):
        """Number of changes that wait for the database."""
        return self._kept.waiting

    @property
    def trouble(self):
        """Why a change was refused after its page had stopped waiting."""
        return self._kept.trouble

    def history(self):
        """Return the History, to read. Raises DatabaseAwayError as `Database.history` does."""
        return self._kept.history()

    def keep(self, entry):
        """Keep an Entry, and learn it. Raises OverflowError as `history.Notebook.keep`."""
        image = _as_ink(entry.image)
        if (hand := self._hand) is not None:
            entry = replace(entry, seen=hand.seen(image[None])[0])
        self._kept.keep(entry)
        self._change(lambda hand: hand.learn(image, entry.label))

    def forget(self, entry):
        """Delete an Entry, and unlearn it. Raises OverflowError likewise."""
        self._kept.forget(entry.id)
        self._change(lambda hand: hand.forget(_as_ink(entry.image)))

    def forget_all(self):
        """Delete all entries, and unlearn them."""
        self._kept.forget_all()
        self._change(lambda hand: hand.forget_all())

    def watch(self, images):
        """Go by finished drawings, (28, 28) float32 each, that are read with certainty.

        Nothing is kept.
        """
        with self._changing:
            if self._hand is not None:
                self.version += 1
                self._hand.watch(images)

    def reader(self, network):
        """Return what reads best now: the Hand of a Classifier, or the Classifier by itself.

        If the hand is still being learnt after a moment, that is the Classifier.
        """
        self.follow(network)
        if (learning := self._learning) and not self._problem:
            learning.join(PATIENCE)
        hand = self._hand
        return network if hand is None or hand.classifier is not network else hand

    def full_reader(self, network):
        """Return likewise, once all that is kept is learnt.

        Raises:
            SQLAlchemyError: if the drawings cannot be read.
        """
        self.follow(network)
        if learning := self._learning:
            learning.join()
        if self._problem:
            raise self._problem
        return self.reader(network)

    def gain(self):
        """Return a Replay of what is learnt, each drawing read with what was learnt before it.

        None if nothing can be learnt.
        """
        hand, version = self._hand, self.version
        if hand is not None and self._gain[0] != version:
            self._gain = version, replay_kept(hand)
        return None if hand is None else self._gain[1]

    def follow(self, network):
        """Learn what is kept in the background, unless it is learnt with this Classifier.

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

    def _learn(self, network):
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

    def _learn_once(self, network):
        """Learn what is kept; return False if it has changed meanwhile."""
        version = self.version
        hand, examples = Hand(network), list(self._kept.examples(MOST).items())
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

    def _learn_batch(self, hand, examples):
        """Teach a hand {id: (image, label, seen)}, and note what the network had to look at."""
        images, labels, seen = zip(*examples.values(), strict=True)
        images = _as_ink(np.array(images))
        with _turn:
            hand.learn_all(images, labels, seen)
        fingerprint = hand.classifier.fingerprint
        is_new = [not is_seen(text, fingerprint) for text in seen]
        if any(is_new):
            ids = compress(examples, is_new)
            with contextlib.suppress(SQLAlchemyError):  # next time, then
                self._kept.note_seen(dict(zip(ids, hand.seen(images[is_new]), strict=True)))

    def _change(self, change):
        with self._changing:
            self.version += 1
            if self._hand is not None:
                change(self._hand)


def learn_later(notebook, seconds):
    """Learn what a LearningNotebook keeps after some seconds, before anybody draws."""

    def learn():
        with contextlib.suppress(ModelError):  # whoever draws is told
            notebook.follow(load_network_in_background())

    run_later(seconds, learn)


def _as_ink(image):
    """Return grey levels as the ink in [0, 1] that the network sees, float32."""
    return np.asarray(image, np.float32) / 255
