"""The History dialog: what was drawn, what the network read, and what it really was."""

from collections.abc import Callable
from functools import partial
from tempfile import TemporaryFile

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from digit_model.hand.gain import Replay
from history import Notebook, write_csv, write_npz
from page.dialogs.history_chart import build_course, build_gain, is_gain, say_gain
from page.dialogs.history_grid import show_grid
from page.formatting import NO_DIGIT, format_percentage
from page.html import element, show_html
from page.visit import Visit

SHOWN = 24  # drawings on a page: whole rows of 3, 4 and 6
LABELS = [*map(str, range(10)), NO_DIGIT]
AWAY = "Your notebook cannot be reached at the moment. You can go on drawing; try again later."


@st.dialog("History", width="medium", on_dismiss="rerun")
def show_history(visit: Visit) -> None:
    """Show the drawings in a visitor's notebook, newest first, to filter, correct and export."""
    try:
        saved = visit.notebook.saved()
        total, right = saved.count()
        if not total:
            st.write("Nothing is saved yet. Draw a digit, then tap what it is.")
            if visit.undoable:
                show_grid([], visit)
            return
        gain = visit.notebook.gain()
        gain = gain if is_gain(gain) else None
        _show_summary(total, right, gain)
        label, result = _show_filters()
        found = saved.count_drawings(label, result)
        first = _show_pages(found) if found > SHOWN else 0
        if not found:
            st.write("No drawings match.")
        opened = show_grid(saved.page(first, SHOWN, label, result), visit)
        if course := build_gain(gain) if gain else build_course(saved.course()):
            show_html(course)
        _show_export(saved, total, visit)
    except SQLAlchemyError:
        st.error(AWAY)
        return
    if opened:
        visit.reopen(opened)
        st.rerun()


def _show_summary(total: int, right: int, gain: Replay | None) -> None:
    """Show how often the page was right, and how much learning the handwriting has helped."""
    accuracy = element("b", format_percentage(right / total))
    says = element("p", accuracy, f" of {total:,} read right")
    show_html(says, say_gain(gain) if gain else "")


def _show_filters() -> tuple[int | str | None, bool | None]:
    """Show the filters; return (label, right) for `Notebook.page`."""
    with st.container(horizontal=True):
        name = st.selectbox("What it is", ["any", *LABELS], key="filter_label", width=120)
        outcome = st.segmented_control("Read", ["right", "wrong"], key="filter_right")
    label = name if name == "any" else _label(name)
    return label, None if outcome is None else outcome == "right"


def _show_pages(found: int) -> int:
    """Show buttons to turn pages; return how many drawings come before the current page."""
    with st.container(horizontal=True, vertical_alignment="center"):
        page = st.pagination(-(-found // SHOWN), max_visible_pages=0, key="page_number")
        first = (page - 1) * SHOWN
        st.write(f"{first + 1:,}–{min(first + SHOWN, found):,} of {found:,}")
    return first


def _show_export(saved: Notebook, total: int, visit: Visit) -> None:
    """Show buttons to export all drawings, and to delete them."""
    with st.container(horizontal=True):
        for name, write, file, mime in (
            ("Table (CSV)", write_csv, "drawings.csv", "text/csv"),
            ("Drawings (npz)", write_npz, "drawings.npz", "application/octet-stream"),
        ):
            # Written after the click. A rerun would then discard the file: hence "ignore".
            export = partial(_export, write, saved)
            st.download_button(name, export, file, mime, on_click="ignore")
        with st.popover("Delete all"):
            if st.button(f"Yes, delete all {total:,} drawings for good"):
                visit.delete_all()
                st.rerun()


def _export(write: Callable, saved: Notebook) -> bytes:
    """Return the bytes of an export. Streamlit would read a file into memory just the same."""
    with TemporaryFile() as file:
        write(saved.entries(), file)
        file.seek(0)
        return file.read()


def _label(name: str) -> int | None:
    return None if name == NO_DIGIT else int(name)
