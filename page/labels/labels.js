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
  const canvas = () => globalThis.mnistDraw // may have come later than this file
  let isNext = false // whether to clear a number once all its digits are saved

  const send = (value, drawing, typed = false) =>
    sendInTurn(turn => setTriggerValue("answer", { value, drawing, turn, typed }))

  /** Send a label. The drawing goes along: the server may know a later one when it reads this. */
  function label(value, typed) {
    send(value, canvas()?.send(), typed)
    const { answer, isNumber } = answerState() // a number is saved digit by digit
    if (!answer || !box.querySelector(".next").checked) return
    const isLabel = /^(right|none|\d)$/.test(value)
    isNext = isLabel && isNumber === "true" && value !== "right"
    if (isLabel && !isNext) canvas()?.clear()
  }

  function clearWhenSaved() {
    const { saved } = answerState()
    if (!isNext || !saved || saved.includes("_")) return
    isNext = false
    canvas()?.clear()
  }

  function tap(event) {
    const [target] = event.composedPath()
    const { value } = target.closest?.(".ask button, .navigation button") ?? {}
    const isSkip = target.closest?.("[data-testid=stSkipToContent]")
    if (isSkip) event.preventDefault()
    if (isSkip || value === "draw") canvas()?.focus()
    else if (value) label(value)
  }

  function press(event) {
    const isText = "input:not([type=range], [type=checkbox]), textarea, [contenteditable]"
    const isTyped = event.target.closest?.(isText)
    const isShortcut = event.ctrlKey || event.metaKey || event.altKey || event.repeat
    if (/^[0-9]$/.test(event.key) && !isTyped && !isShortcut && !openDialog()) label(event.key, true)
  }

  function follow() {
    ask(box)
    clearWhenSaved()
    sayAnswer(parentElement.querySelector(".status"))
    noteTaken(Number(answerState().turn))
  }

  const watch = new MutationObserver(follow)
  watch.observe(document.querySelector(".st-key-page"), { childList: true, subtree: true })
  signal.addEventListener("abort", () => watch.disconnect())
  document.addEventListener("click", tap, { signal })
  document.addEventListener("keydown", press, { signal })
  rove(parentElement.querySelector(".labels"), signal)
  selectDigits(send, signal)
  followConnection(parentElement.querySelector(".connection"), signal) // before followDialogs
  followGrowth(signal)
  followDialogs(signal)
  guardKeys(signal)
  takePictures(() => label("photo"), signal)
  follow()
  return stopListening
}
