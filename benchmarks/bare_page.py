"""The least page that a drawing can have: the canvas with its tools, and one picture.

`stroke_to_answer.py` draws on it beside the real page: what is slower is ours.
"""

import gc
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import streamlit as st

from page.canvas.component import show_canvas, show_tools


@st.cache_resource
def settle():
    """Keep the garbage collection after each run from visiting what is loaded for good."""
    gc.freeze()


@st.fragment
def show_page():
    show_canvas(20, key="drawing")
    st.html(f'<section class="network_input"><img alt="" src="data:,{time.time()}"></section>')


st.html("<style>.st-key-drawing, .st-key-drawing * { width: 420px }</style>")  # as on the page
show_page()
show_tools(key="tools")  # below the canvas: here nothing puts their hints in its place
settle()
