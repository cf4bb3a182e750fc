// Undo, Redo, Clear, Move and the examples: by buttons and keys, in the browser.

let tools = [] // the page's buttons
let moving = [] // what shows whether strokes are moved or drawn
let start = [] // what is shown to a newcomer
let opened // what the server had put on the canvas last

const hasInk = () => steps.drawing.length > 0

const ACTIONS = {
  undo: () => change(() => steps.undo(), () => steps.canUndo),
  redo: () => change(() => steps.redo(), () => steps.canRedo),
  clear: () => change(() => steps.add([]), hasInk),
  move: () => (isMoving() ? stopMoving() : change(() => editButton(root())?.click(), hasInk)),
  push: event => {
    if (isPenDown) return
    push(event)
    send()
  },
  remove: () => {
    if (isPenDown || !isSelected()) return
    removeSelected()
    send()
    if (!hasInk()) stopMoving()
  },
}

/** Change what the canvas shows; not under a moving pen. */
function change(move, isPossible) {
  if (!canvas || isPenDown) return
  send() // a stroke that has just ended is a step by itself
  if (!isPossible()) return
  move()
  hand()
}

/** Return whether strokes are moved now, instead of drawn. */
function isMoving() {
  return editButton(root())?.ariaPressed === "true"
}

function stopMoving() {
  if (isPenDown) return
  selectNothing()
  editButton(root()).click()
  showTools()
}

/** Hint at what a newcomer may do; until the first stroke. */
function showStart() {
  const isNew = Boolean(canvas) && !isPenDown && !steps.canUndo && !steps.canRedo
  for (const part of start) part.toggleAttribute("hidden", !isNew)
}

function showTools() {
  showStart()
  const { canUndo: undo, canRedo: redo } = steps
  const possible = { undo, redo, clear: hasInk(), remove: isSelected(), move: hasInk() }
  // Not `disabled`, which would take the focus away.
  for (const tool of tools) tool.ariaDisabled = String(!possible[tool.value])
  for (const part of moving) {
    if (part.value === "move") part.ariaPressed = String(isMoving())
    else part.toggleAttribute("hidden", !isMoving())
  }
}

/** Return the action for a key, unless the key belongs to something else. */
function actionOf(event) {
  const isText = event.target.closest?.("input:not([type=range], [type=checkbox]), textarea")
  if (isText || event.altKey || document.querySelector("[role=dialog], [role=menu]")) return
  const key = event.key.toLowerCase()
  const isCommand = event.ctrlKey || event.metaKey
  if (isCommand && key === "z") return event.shiftKey ? "redo" : "undo"
  if (isCommand && key === "y" && !event.shiftKey) return "redo"
  if (isCommand) return
  if (isMoving() && isPush(event)) return "push"
  if (event.shiftKey) return
  if (key === "escape") return isMoving() ? "move" : "clear"
  if (isMoving() && ["delete", "backspace"].includes(key)) return "remove"
}

function press(event) {
  const action = actionOf(event)
  if (!action) return
  event.preventDefault()
  ACTIONS[action](event)
}

/** Give the canvas the focus. */
function focus() {
  root()?.querySelector(".upper-canvas")?.focus()
}

/** For the other parts of the page: `attach` a canvas; `send` what it shows; `clear`; `focus`. */
globalThis.mnistDraw = { attach, send, clear: ACTIONS.clear, focus }
document.addEventListener("keydown", press)
sendAgainWhenBack()
dispatchEvent(new Event("mnistdraw"))
if (globalThis.mnistDrawCanvas) attach(globalThis.mnistDrawCanvas)

/** Connect the page's buttons. */
export default function ({ parentElement, data }) {
  if (data?.opened && data.opened.key !== opened?.key) {
    opened = data.opened
    open(opened.paths)
  }
  tools = [...parentElement.querySelectorAll(".tools button")]
  moving = [...parentElement.querySelectorAll("[value=move], .hint")]
  start = [...parentElement.querySelectorAll(".ghost, .start")]
  setUpLive(data?.live, parentElement.querySelector(".live"))
  const tap = ({ target }) => {
    const button = target.closest("button")
    if (button?.value !== "example") return ACTIONS[button?.value]?.()
    open(JSON.parse(button.dataset.paths))
    focus() // before the button goes
  }
  // Not `addEventListener`: when the theme changes, Streamlit 1.67 calls this again for the same
  // elements without an end before, and each tap would count twice.
  for (const part of parentElement.querySelectorAll(".tools, .start")) part.onclick = tap
  showTools()
}
