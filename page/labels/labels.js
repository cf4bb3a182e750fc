// Digits, buttons, pasted pictures, and which of a number's digits to look at → the page; the
// answer → what there is to ask about it.
//
// A digit typed into a text field or a dialog is not an answer, nor is part of a shortcut. After
// a menu in a dialog has closed, nothing may have the focus, and Streamlit's shortcuts reach the
// page behind: there, Escape would clear the drawing instead of closing the dialog. A pasted
// picture is treated like a chosen one, as soon as there is a field for it.
//
// Of two answers that come before a run begins, Streamlit 1.67 keeps the later one, and it stops
// a run that is at one for the next. So each has a turn, and waits until the page says that the one
// before was taken.

const PATIENCE = 1000 // ms that an answer waits at most for the one before
const answers = [] // functions that send one, the first of them on its way
let turn = 0 // of the answer on its way, counted from 1
let patience // the timer

/** Call a function that sends an answer once the answer before has been taken. */
function sendInTurn(send) {
  answers.push(send)
  if (answers.length === 1) sendFirst()
}

function sendFirst() {
  turn += 1
  answers[0]()
  patience = setTimeout(sendNext, PATIENCE, turn)
}

/** Send the next answer if the one on its way has been taken. */
function sendNext(taken) {
  if (taken !== turn || !answers.length) return
  clearTimeout(patience)
  answers.shift()
  if (answers.length) sendFirst()
}

/** Show the question that fits the page's answer, and tell a screen reader of the answer. */
function ask(parentElement) {
  const lines = [...document.querySelectorAll(".prediction p")].map(line => line.textContent)
  const answer = document.querySelector(".prediction .digit")?.textContent ?? ""
  const kept = /kept as (not a digit|[\d_✗]+)/.exec(lines.join(" "))?.[1]
  const box = parentElement.querySelector(".ask")
  box.dataset.answer = answer
  box.dataset.state = kept ? "kept" : answer ? "open" : "none"
  const article = answer === "8" ? "an " : "a "
  const name = answer.length > 1 ? answer : article + answer
  box.querySelector("p").textContent = /\d/.test(answer) ? `Is it ${name}?` : "What is it?"
  for (const button of box.querySelectorAll(".labels button")) {
    const says = button.value === "none" ? "not a digit" : button.value
    button.ariaPressed = String(says === kept)
  }
  const status = parentElement.querySelector(".status")
  const words = lines.join(", ")
  if (status.textContent !== words) status.textContent = words
}

/** Have one button of a group in the order of the Tab key, and arrows go from it to the others. */
function rove(group) {
  const buttons = [...group.querySelectorAll("button")]
  const choose = chosen => {
    for (const button of buttons) button.tabIndex = button === chosen ? 0 : -1
  }
  choose(buttons[0])
  group.addEventListener("focusin", event => choose(event.target))
  group.addEventListener("keydown", event => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
    if (!step) return
    event.preventDefault()
    const seen = buttons.filter(button => getComputedStyle(button).visibility === "visible")
    seen.at((seen.indexOf(event.target) + step) % seen.length).focus()
  })
}

export default function ({ parentElement, setTriggerValue }) {
  const box = parentElement.querySelector(".ask")
  const tell = (value, drawing) =>
    sendInTurn(() => {
      const send = () => setTriggerValue("answer", { value, drawing, turn })
      const { now } = globalThis.mnistDraw ?? {} // may have come later than this file
      now ? now(send) : send()
    })
  const answer = value => {
    const { send, clear } = globalThis.mnistDraw ?? {}
    // The drawing goes along: by the time that the server reads the answer, it may know a later one.
    tell(value, send?.())
    const isNumber = document.querySelector(".prediction .number") // kept digit by digit
    const isLabel = value === "right" || (!isNumber && /^(none|\d)$/.test(value))
    if (isLabel && box.dataset.answer && box.querySelector(".next").checked) clear?.()
  }
  const dialog = () => document.querySelector("[role=dialog]")
  let opener // of the dialog
  const tap = event => {
    const button = event.target.closest("button")
    if (button?.ariaHasPopup) opener = button
    if (button?.value === "draw") globalThis.mnistDraw?.focus()
    else if (button) answer(button.value)
  }
  // Streamlit 1.67 does not always give a dialog the focus, and cannot give it back to a button
  // that is in a component.
  let isOpen = false
  const follow = new MutationObserver(() => {
    if (isOpen === Boolean(dialog())) return
    isOpen = !isOpen
    if (isOpen && !dialog().contains(document.activeElement)) dialog().focus()
    if (!isOpen) opener?.focus()
  })
  const watch = new MutationObserver(() => {
    ask(parentElement)
    sendNext(Number(document.querySelector("[data-taken]")?.dataset.taken))
  })
  const press = event => {
    const isText = "input:not([type=range], [type=checkbox]), textarea, [contenteditable]"
    const typing = event.target.closest?.(isText)
    const shortcut = event.ctrlKey || event.metaKey || event.altKey || event.repeat
    if (/^[0-9]$/.test(event.key) && !typing && !shortcut && !dialog()) answer(event.key)
  }
  const look = value => value && tell(value)
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
  rove(parentElement.querySelector(".labels"))
  ask(parentElement)
  watch.observe(document.querySelector(".st-key-page"), { childList: true, subtree: true })
  follow.observe(document.body, { childList: true })
  parentElement.addEventListener("click", tap)
  document.addEventListener("click", point)
  document.addEventListener("keydown", step)
  document.addEventListener("keydown", press)
  document.addEventListener("paste", paste)
  addEventListener("keydown", guard, { capture: true })
  return () => {
    watch.disconnect()
    follow.disconnect()
    parentElement.removeEventListener("click", tap)
    document.removeEventListener("click", point)
    document.removeEventListener("keydown", step)
    document.removeEventListener("keydown", press)
    document.removeEventListener("paste", paste)
    removeEventListener("keydown", guard, { capture: true })
  }
}
