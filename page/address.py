"""The notebook's link in the browser's address, which is no step of its history.

Streamlit 1.67 adds such a step when `st.query_params` changes the address: Back would then close a
dialog, and lose the notebook. It adds none if the address has changed already. So address.js
changes it; the next run, which comes from that address, tells Streamlit, and by it a page around
this one.
"""

import functools
from collections.abc import Callable

import streamlit as st

from page.html import read_assets

PARAMETER = "notebook"


@functools.cache
def _load_component() -> Callable:
    return st.components.v2.component("mnist_draw.address", js=read_assets("address.js"))


def show_notebook(identity: str) -> bool:
    """Have a notebook in the address; return whether the browser has it there already."""
    if st.query_params.get(PARAMETER) == identity:
        st.query_params[PARAMETER] = identity
        return True
    _load_component()(key="address", data={"notebook": identity})
    return False
