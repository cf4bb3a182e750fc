"""The History dialog: what was drawn, what the network read, and what it really was."""

import base64
from dataclasses import replace
from functools import partial
from tempfile import TemporaryFile

import numpy as np
import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from history import write_csv, write_npz
from page.html import GREY, INK, element, picture, show_html
from page.keeping import forget_kept, note_kept, reopen
from page.presentation import (
    NO_DIGIT,
    format_digit,
    format_percentage,
    format_share,
    format_time,
)

ROWS = 10  # per page
LABELS = [*map(str, range(10)), NO_DIGIT]
AWAY = "The history cannot be reached at the moment. Drawing goes on; try again later."


@st.dialog("History", width="medium", on_dismiss="rerun")
def show_history(open_history, notebook):
    """Show the drawings, newest first, to filter, correct, delete and export.

    Args:
        open_history: function without arguments that returns the visitor's History.
        notebook: the visitor's LearningNotebook, which makes the changes, and learns from them.
    """
    try:
        history = open_history()
        total, right = history.count()
        if not total:
            st.write("Nothing is kept yet. Draw a digit, then tap what it was.")
            _show_undo(notebook)
            return
        label, result = _show_filters()
        found, _ = history.count(label, result)
        accuracy = element("b", format_percentage(right / total))
        show_html(element("p", accuracy, f" of {total:,} read right"))
        _show_undo(notebook)
        _show_gain(notebook and notebook.gain())
        first = _show_pages(found) if found > ROWS else 0
        for entry in history.page(first, ROWS, label, result):
            _show_entry(entry, notebook)
        if not found:
            st.write("No drawings match.")
        _show_export(history, total, notebook)
    except SQLAlchemyError:
        st.error(AWAY)


def _show_gain(replay):
    """Show what the visitor's hand is worth, if it has changed an answer.

    Args:
        replay: Replay of what was learnt, or None.
    """
    if replay is None or (replay.before == replay.after).all():
        return
    count, alone, together = len(replay.before), sum(~replay.before), sum(~replay.after)
    show_html(
        element(
            "p",
            element("b", f"{together:,}"),
            f" of {count:,} right with your hand, ",
            element("b", f"{alone:,}"),
            " by the network alone. Each was read with what you had told before it.",
        ),
        draw_errors([(GREY, replay.before), (INK, replay.after)]),
        element(
            "p",
            "Wrong so far: ",
            element("b", "╍", style=f"color: {GREY}"),
            " the network alone, ",
            element("b", "━", style=f"color: {INK}"),
            " with your hand",
            class_="legend",
        ),
    )


def draw_errors(courses):
    """Return a picture of how many errors there were after each drawing.

    Args:
        courses: two of (colour, (n,) bool: what was wrong); the first is dashed.
    """
    count = len(courses[0][1])
    most = max(wrong.sum() for _, wrong in courses)
    lines = ""
    for (colour, wrong), dashes in zip(courses, ("4 4", "none"), strict=True):
        points = " ".join(f"{x},{most - y}" for x, y in enumerate([0, *np.cumsum(wrong)]))
        lines += f"<polyline points='{points}' stroke='{colour}' stroke-dasharray='{dashes}'/>"
    svg = (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 {-most / 20} {count} {1.1 * most}' "
        "width='560' height='64' preserveAspectRatio='none' fill='none' stroke-width='2'>"
        f"<style>polyline {{ vector-effect: non-scaling-stroke }}</style>{lines}</svg>"
    )
    url = "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
    return element("img", src=url, alt="How many were wrong so far", class_="course")


def _show_filters():
    """Show the filters; return (label, right) for `History.page`."""
    with st.container(horizontal=True):
        chosen = st.selectbox("What it was", ["any", *LABELS], key="filter_label", width=160)
        outcome = st.segmented_control("Read", ["right", "wrong"], key="filter_right")
    label = chosen if chosen == "any" else _label(chosen)
    return label, None if outcome is None else outcome == "right"


def _show_pages(found):
    """Show buttons to turn pages; return how many drawings come before the current page."""
    with st.container(horizontal=True, vertical_alignment="center"):
        page = st.pagination(-(-found // ROWS), max_visible_pages=0, key="page_number")
        first = (page - 1) * ROWS
        st.write(f"{first + 1:,}–{min(first + ROWS, found):,} of {found:,}")
    return first


def _show_entry(entry, notebook):
    """Show a drawing, what was read and when, with ways to correct, reopen and delete it."""
    key = f"kept_{entry.id}"
    read = format_digit(entry.prediction)
    if entry.prediction is not None:
        read += f", {format_share(entry.confidence)} sure"
    with st.container(horizontal=True, vertical_alignment="center", key=f"entry_{entry.id}"):
        drawing = picture(entry.image, f"A drawing, read as {format_digit(entry.prediction)}")
        read = element("p", read if entry.right else element("b", f"✗ {read}"))
        number = entry.number and f" · digit {entry.place + 1} of {entry.number}"
        time = format_time(entry.time, st.context.timezone)
        time = element("small", time, number or "")
        show_html(element("div", drawing, read, time, class_="kept"))
        st.menu_button(
            f"was {format_digit(entry.label)}",
            LABELS,
            key=key,
            on_click=lambda: _correct(entry, st.session_state[key], notebook),
        )
        # A photograph has no strokes to be put on the canvas.
        if entry.strokes and st.button("Open", key=f"open_{entry.id}"):
            reopen(entry)
            st.rerun()
        st.button("Delete", key=f"delete_{entry.id}", on_click=_delete, args=(entry, notebook))


def _show_undo(notebook):
    """Offer to take the last deletion back."""
    deleted = st.session_state.get("deleted")
    if deleted:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.write("The drawing is deleted.")
            st.button("Undo", key="undelete", on_click=_undelete, args=(deleted, notebook))


def _correct(entry, label, notebook):
    """Correct an entry's label, also on the page behind the dialog."""
    corrected = replace(entry, label=_label(label))
    if _tell(notebook.keep, corrected):
        note_kept(entry.id, corrected)


def _delete(entry, notebook):
    if _tell(notebook.forget, entry):
        note_kept(entry.id, None)
        st.session_state.deleted = entry


def _undelete(entry, notebook):
    if _tell(notebook.keep, entry):
        note_kept(entry.id, entry)
        st.session_state.deleted = None


def _tell(change, entry):
    """Have the notebook change an entry; return whether it does. If not, say why."""
    try:
        change(entry)
    except OverflowError as error:
        st.toast(str(error))
        return False
    return True


def _show_export(history, total, notebook):
    """Show buttons to export all drawings, and to delete them."""
    with st.container(horizontal=True):
        for name, write, file, mime in (
            ("Table (CSV)", write_csv, "drawings.csv", "text/csv"),
            ("Drawings (npz)", write_npz, "drawings.npz", "application/octet-stream"),
        ):
            # Written after the click. A rerun would then discard the file: hence "ignore".
            export = partial(_export, write, history)
            st.download_button(name, export, file, mime, on_click="ignore")
        with st.popover("Delete all"):
            if st.button(f"Yes, delete all {total:,} drawings for good"):
                notebook.forget_all()
                forget_kept()
                st.session_state.deleted = None
                st.rerun()


def _export(write, history):
    """Return the bytes of an export. Streamlit would read a file into memory just the same."""
    with TemporaryFile() as file:
        write(history.entries(), file)
        file.seek(0)
        return file.read()


def _label(name):
    return None if name == NO_DIGIT else int(name)
