"""The least page that a drawing can have: the canvas, a way to clear it, and one picture.

`stroke_to_answer.py` draws on it beside the real page: what is slower is ours.
"""

import gc
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import streamlit as st

from canvas import show_canvas


@st.cache_resource
def settle():
    """Keep the garbage collection after each run from visiting what is loaded for good."""
    gc.freeze()


@st.fragment
def show_page():
    state = st.session_state
    show_canvas(20, {"objects": [], "gen": state.setdefault("gen", 0)}, key="drawing")
    if st.button("Clear", shortcut="Esc"):
        state.gen += 1
        st.rerun(scope="fragment")
    st.html(f'<section class="network_input"><img alt="" src="data:,{time.time()}"></section>')


show_page()
settle()
