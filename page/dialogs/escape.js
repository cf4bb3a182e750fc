// Keys do not go past an open dialog to the page behind it.
//
// After a menu in a dialog has closed, nothing may have the focus, and Streamlit's shortcuts reach
// the page behind: there, Escape would clear the drawing instead of closing the dialog.

/** Keep keys that nothing in an open dialog gets from the page; Escape closes the dialog. */
export function guardKeys(signal) {
  addEventListener("keydown", guard, { capture: true, signal })

  function guard(event) {
    const dialog = openDialog()
    if (!dialog || event.target !== document.body) return
    event.stopImmediatePropagation()
    if (event.key === "Escape") dialog.querySelector("[aria-label=Close]")?.click()
  }
}
