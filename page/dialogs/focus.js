// The focus goes into a dialog, and afterwards back to the button that opened it.
//
// Streamlit 1.67 does not always give a dialog the focus, and cannot give it back to a button that
// is in a component.

/** Return the dialog that is on the page, if there is one. */
export function openDialog() {
  return document.querySelector("[role=dialog]:not([hidden] *)")
}

/** Move the focus as dialogs come and go. */
export function followDialogs(signal) {
  let opener
  let isOpen = false
  const tap = event => {
    opener = event.composedPath()[0].closest?.("button[aria-haspopup=dialog]") ?? opener
  }
  const follow = new MutationObserver(() => {
    const dialog = openDialog()
    if (isOpen === Boolean(dialog)) return
    isOpen = !isOpen
    if (isOpen && !dialog.contains(document.activeElement)) dialog.focus()
    if (!isOpen) opener?.focus()
  })
  document.addEventListener("click", tap, { signal })
  follow.observe(document.body, { childList: true })
  signal.addEventListener("abort", () => follow.disconnect())
}
