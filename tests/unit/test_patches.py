"""What is changed of Keras, and what must not change in Streamlit."""

import keras
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_cache import populate_hash_if_needed

from server import patches


def test_a_run_that_ends_leaves_keras_as_it_is(monkeypatch):
    monkeypatch.setattr(keras.backend, "clear_session", keras.backend.clear_session)
    patches.keep_keras_session()
    first = keras.layers.Dense(1).name
    keras.backend.clear_session()
    assert keras.layers.Dense(1).name != first


def test_streamlit_sends_large_messages_in_full_every_time():
    """A browser that had dropped parts of Look inside was sent their hashes, and showed nothing."""
    message = ForwardMsg()
    message.delta.new_element.html.body = "x" * 4_000_000
    populate_hash_if_needed(message)
    assert not message.metadata.cacheable
