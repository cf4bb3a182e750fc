// What the visitor says by tap or key → the page; the page's answer → what there is to ask about it.
//
// A digit typed into a text field or a dialog is not a label, nor is part of a shortcut.

let stopListening = () => {} // when the theme changes, Streamlit 1.67 calls this without an end

export default function ({ parentElement, setTriggerValue }) {
  stopListening()
  const listening = new AbortController()
  const { signal } = listening
  stopListening = () => listening.abort()
  const box = parentElement.querySelector(".ask")

  const send = (value, drawing) =>
    sendInTurn(turn => setTriggerValue("answer", { value, drawing, turn }))

  /** Send a label. The drawing goes along: the server may know a later one when it reads this. */
  function label(value) {
    const canvas = globalThis.mnistDraw // may have come later than this file
    send(value, canvas?.send())
    const { answer, isNumber } = answerState() // a number is saved digit by digit
    const isWhole = value === "right" || (isNumber !== "true" && /^(none|\d)$/.test(value))
    if (isWhole && answer && box.querySelector(".next").checked) canvas?.clear()
  }

  function tap(event) {
    const button = event.target.closest("button")
    if (button?.value === "draw") globalThis.mnistDraw?.focus()
    else if (button) label(button.value)
  }

  function press(event) {
    const isText = "input:not([type=range], [type=checkbox]), textarea, [contenteditable]"
    const isTyped = event.target.closest?.(isText)
    const isShortcut = event.ctrlKey || event.metaKey || event.altKey || event.repeat
    if (/^[0-9]$/.test(event.key) && !isTyped && !isShortcut && !openDialog()) label(event.key)
  }

  function follow() {
    ask(box)
    sayAnswer(parentElement.querySelector(".status"))
    noteTaken(Number(answerState().turn))
  }

  const watch = new MutationObserver(follow)
  watch.observe(document.querySelector(".st-key-page"), { childList: true, subtree: true })
  signal.addEventListener("abort", () => watch.disconnect())
  parentElement.addEventListener("click", tap, { signal })
  document.addEventListener("keydown", press, { signal })
  rove(parentElement.querySelector(".labels"), signal)
  selectDigits(send, signal)
  followConnection(parentElement.querySelector(".connection"), signal) // before followDialogs
  followDialogs(parentElement, signal)
  guardKeys(signal)
  takePictures(() => label("photo"), signal)
  follow()
  return stopListening
}
