"""The history on the page: a table of what was drawn, what was read, and what it was."""

import base64
import io

import streamlit as st
from PIL import Image
from sqlalchemy.exc import SQLAlchemyError

from history import to_csv, to_npz

ROWS = 10  # a page of the table
NO_DIGIT = "not a digit"
LABELS = [*map(str, range(10)), NO_DIGIT]
AWAY = "The history cannot be reached at the moment. Drawing goes on; try again in a while."


@st.dialog("History", width="large")
def show_history(open_history):
    """Show the newest drawings first, to filter, correct, delete and take home."""
    try:
        history = open_history()
        total, right = history.count()
        if not total:
            st.write("Nothing is kept yet. Draw a digit, then tap what it was.")
            return
        label, result = _show_filters()
        found, _ = history.count(label, result)
        st.write(f"**{right / total:.0%}** of {total:,} read right")
        pages = max(-(-found // ROWS), 1)
        page = st.number_input("Page", 1, pages, key="page_number") if pages > 1 else 1
        _show_rows(history, history.page((page - 1) * ROWS, ROWS, label, result))
        _show_export(history, total)
    except SQLAlchemyError:
        st.error(AWAY)


def _show_filters():
    """Return (label, right) as `History.page` takes them."""
    digit, result = st.columns(2)
    chosen = digit.selectbox("What it was", ["any", *LABELS], key="filter_label")
    label = chosen if chosen == "any" else _label(chosen)
    outcome = result.segmented_control("Read", ["right", "wrong"], key="filter_right")
    return label, None if outcome is None else outcome == "right"


def _show_rows(history, entries):
    """Show a table whose label can be changed and whose rows can be ticked for deletion."""
    if not entries:
        st.write("No drawing is like that.")
        return
    edition = st.session_state.setdefault("history_edition", 0)
    rows = [
        {
            "drawing": _picture(entry.image),
            "": "" if entry.right else "✗",
            "read as": _name(entry.prediction),
            "sure": round(100 * entry.confidence),
            "was": _name(entry.label),
            "time (UTC)": entry.time,
            "delete": False,
        }
        for entry in entries
    ]
    key = f"history_rows_{edition}"

    def apply():
        for row, change in st.session_state[key]["edited_rows"].items():
            entry = entries[int(row)]
            if change.get("delete"):
                history.delete(entry.id)
            elif change.get("was") in LABELS:
                history.correct(entry.id, _label(change["was"]))
        st.session_state.history_edition += 1

    st.data_editor(
        rows,
        key=key,
        hide_index=True,
        on_change=apply,
        disabled=["drawing", "", "read as", "sure", "time (UTC)"],
        column_config={
            "drawing": st.column_config.ImageColumn(),
            "sure": st.column_config.NumberColumn(format="%d %%"),
            "was": st.column_config.SelectboxColumn(options=LABELS, required=True),
            "time (UTC)": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm:ss"),
        },
    )


def _show_export(history, total):
    """Offer the table, the drawings, and to delete them all."""
    with st.container(horizontal=True):
        for name, write, file in (
            ("Table (CSV)", to_csv, "drawings.csv"),
            ("Drawings (npz)", to_npz, "drawings.npz"),
        ):
            # Written when it is asked for; no run follows that would end the dialog's file.
            st.download_button(
                name, lambda write=write: write(history.entries()), file, on_click="ignore"
            )
        with st.popover("Delete all"):
            if st.button(f"Yes, delete all {total:,} drawings for good"):
                history.delete_all()
                st.rerun()


def _name(digit):
    return NO_DIGIT if digit is None else str(digit)


def _label(name):
    return None if name == NO_DIGIT else int(name)


def _picture(image):
    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
