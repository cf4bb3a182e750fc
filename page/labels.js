// Digits, buttons, pasted pictures, and which of a number's digits to look at → the page.
//
// A digit typed into a text field or a dialog is not an answer, nor is part of a shortcut. After
// a menu in a dialog has closed, nothing may have the focus, and Streamlit's shortcuts reach the
// page behind: there, Escape would clear the drawing instead of closing the dialog. A pasted
// picture is treated like a chosen one, as soon as there is a field for it.

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
  const look = value => value && setTriggerValue("answer", value)
  const point = event => look(event.target.closest?.(".number button")?.value)
  const step = event => {
    const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    const isTaken = event.composedPath()[0].closest?.("input, textarea, [role=slider], [role=menu]")
    if (!way || isTaken || event.defaultPrevented || event.altKey || dialog()) return
    const digits = [...document.querySelectorAll(".number button")]
    look(digits[digits.findIndex(digit => digit.ariaPressed === "true") + way]?.value)
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
  document.addEventListener("click", point)
  document.addEventListener("keydown", step)
  document.addEventListener("keydown", press)
  document.addEventListener("paste", paste)
  addEventListener("keydown", guard, { capture: true })
  return () => {
    parentElement.removeEventListener("click", tap)
    document.removeEventListener("click", point)
    document.removeEventListener("keydown", step)
    document.removeEventListener("keydown", press)
    document.removeEventListener("paste", paste)
    removeEventListener("keydown", guard, { capture: true })
  }
}
