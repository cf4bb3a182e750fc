"""What a drawing really was, by one tap or one key, and the ways to photographs, the history
and the model.

One component, not sixteen buttons: every element of the page is drawn anew with each
stroke, on the way to the answer.
"""

import functools

import streamlit as st

RIGHT, NONE, FORGET = "right", "none", "forget"
PHOTO, HISTORY, MODEL = "photo", "history", "model"

_ANSWERS = [
    (RIGHT, "✓", "The network was right"),
    *((str(digit), str(digit), f"It was a {digit}") for digit in range(10)),
    (NONE, "✗", "It was no digit"),
    (FORGET, "↶", "Do not keep it after all"),
]
_VIEWS = [
    (PHOTO, "Photo", "Read a photograph"),
    (HISTORY, "History", "History"),
    (MODEL, "Model", "Model"),
]


def _write(buttons):
    return "".join(
        f'<button type="button" value="{value}" title="{says}" aria-label="{says}">{face}</button>'
        for value, face, says in buttons
    )


_HTML = f"""<div class="head"><p id="question">What was it? Tap or type it: drawing, answer and
time are kept under this page's address.</p>{_write(_VIEWS)}</div>
<div class="labels" role="group" aria-labelledby="question">{_write(_ANSWERS)}</div>"""

# The colours are the theme's, light or dark.
_CSS = """
.head { display: flex; flex-wrap: wrap; align-items: center; gap: 3px; margin-bottom: .25rem }
p { flex: 1 1 18rem; margin: 0; font-size: .875rem; line-height: 1.4 }
.head button { padding: 0 1rem }
.labels { display: grid; grid-template-columns: repeat(auto-fill, minmax(44px, 1fr)); gap: 3px }
button { min-height: 44px; border: 1px solid var(--st-border-color); border-radius: .5rem;
  background: none; color: inherit; font: inherit; cursor: pointer }
button:hover, button:focus-visible { border-color: var(--st-primary-color) }
"""

# A digit typed into a text field or a dialog is no answer, nor is part of a shortcut. When
# a menu in a dialog closes, nothing may have the focus, and Streamlit's shortcuts reach the
# page behind: there, Escape would clear the drawing instead of closing the dialog. A picture
# that is pasted goes the way of one that is chosen, as soon as there is a field for it.
_JS = """
export default function ({ parentElement, setTriggerValue }) {
  const answer = value => {
    globalThis.mnistDraw?.send() // what was drawn goes first, in a message of its own
    setTriggerValue("answer", value)
  }
  const dialog = () => document.querySelector("[role=dialog]")
  const tap = event => {
    const button = event.target.closest("button")
    if (button) answer(button.value)
  }
  const press = event => {
    const isText = "input:not([type=range], [type=checkbox]), textarea, [contenteditable]"
    const typing = event.target.closest?.(isText)
    const shortcut = event.ctrlKey || event.metaKey || event.altKey || event.repeat
    if (/^[0-9]$/.test(event.key) && !typing && !shortcut && !dialog()) answer(event.key)
  }
  const guard = event => {
    if (!dialog() || event.target !== document.body) return
    event.stopImmediatePropagation()
    if (event.key === "Escape") dialog().querySelector("[aria-label=Close]")?.click()
  }
  const paste = event => {
    const file = [...(event.clipboardData?.files ?? [])].find(file => /^image/.test(file.type))
    if (!file) return
    if (!dialog()) answer("photo")
    upload(file)
  }
  const upload = (file, tries = 50) => {
    const input = dialog()?.querySelector("[data-testid=stFileUploaderDropzoneInput]")
    if (!input) return tries && setTimeout(upload, 100, file, tries - 1)
    const files = new DataTransfer()
    files.items.add(file)
    input.files = files.files
    input.dispatchEvent(new Event("change", { bubbles: true }))
  }
  parentElement.addEventListener("click", tap)
  document.addEventListener("keydown", press)
  document.addEventListener("paste", paste)
  addEventListener("keydown", guard, { capture: true })
  return () => {
    parentElement.removeEventListener("click", tap)
    document.removeEventListener("keydown", press)
    document.removeEventListener("paste", paste)
    removeEventListener("keydown", guard, { capture: true })
  }
}
"""


@functools.cache
def _component():
    """Register the component once a server runs."""
    return st.components.v2.component("mnist_draw.labels", html=_HTML, css=_CSS, js=_JS)


def show_labels(key, on_answer):
    """Show the buttons; `on_answer` is called without arguments after a tap or a key."""
    _component()(key=key, on_answer_change=on_answer)


def read_answer(key):
    """Return what was tapped in this run: 0–9, RIGHT, NONE, FORGET, a view, or None."""
    answer = getattr(st.session_state.get(key), "answer", None)
    known = {value: int(value) if value.isdecimal() else value for value, *_ in _ANSWERS + _VIEWS}
    return known.get(answer if isinstance(answer, str) else None)
