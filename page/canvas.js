// Undo, redo and clear in the browser, and every drawing sent as soon as the pen is up.
//
// Left alone, streamlit-drawable-canvas 0.13 sends a drawing 200 ms after its last change, and
// shows another one only if the server hands it over as `initialDrawing`. So this file stands
// between Streamlit and the canvas. It notes each drawing that the canvas sends, and hands an
// earlier one back itself: the canvas shows it in the same frame, and sends it at once.
//
// Without this file, or if it fails, the canvas works as its authors made it: answers come
// 200 ms later, and its own toolbar undoes.

// What the canvas's own buttons are called.
const BUTTONS = { send: "Update the app with this drawing" }

const MOST_STEPS = 500 // that can be undone

/** The drawings that undo and redo walk through: each a list of strokes, as JSON text. */
export class Steps {
  #drawings = [[]]
  #at = 0

  get drawing() {
    return this.#drawings[this.#at]
  }

  get canUndo() {
    return this.#at > 0
  }

  get canRedo() {
    return this.#at < this.#drawings.length - 1
  }

  /** Note a drawing; return false if it is the one noted last. */
  add(drawing) {
    const last = this.drawing
    if (drawing.length === last.length && drawing.every((stroke, i) => stroke === last[i])) {
      return false
    }
    // Strokes that were there before share their text: a long drawing takes little memory.
    const shared = drawing.map((stroke, i) => (stroke === last[i] ? last[i] : stroke))
    this.#drawings.splice(this.#at + 1, Infinity, shared)
    this.#drawings.splice(0, this.#drawings.length - MOST_STEPS - 1)
    this.#at = this.#drawings.length - 1
    return true
  }

  /** Take a drawing for the one noted last, as the canvas writes it after it was handed back. */
  replace(drawing) {
    this.#drawings[this.#at] = drawing
  }

  undo() {
    this.#at -= this.canUndo ? 1 : 0
  }

  redo() {
    this.#at += this.canRedo ? 1 : 0
  }
}

const steps = new Steps()
let canvas // { draw, component }: the canvas's own module, and what Streamlit gave it last
let handed // the drawing that the canvas was handed last, null while that is the server's
let isHanding = false // the canvas is about to send the drawing that it was handed
let isPenDown = false
let tools = [] // the page's own buttons

/** Stand between Streamlit and a canvas; return what ends it. */
function attach(attached) {
  canvas = attached
  const root = canvas.component.parentElement
  root.querySelector(".canvas-root").classList.add("attached")
  const end = render()
  showTools()
  // Streamlit also ends a canvas if its arguments change twice within a moment, as they do
  // under a moving slider. That would empty it: end it only when it has left the page.
  return () => root.isConnected || end()
}

function render() {
  const { draw, component } = canvas
  const data = { ...component.data, initialDrawing: handed ?? component.data.initialDrawing }
  return draw({ ...component, data, setStateValue: passOn })
}

/** Note what the canvas sends, and pass it on to the server; a drawing once. */
function passOn(name, value) {
  if (name === "drawing") {
    const drawing = value.raw.objects.map(stroke => JSON.stringify(stroke))
    if (isHanding) steps.replace(drawing)
    else if (!steps.add(drawing)) return
    isHanding = false
    showTools()
  }
  hurry(() => canvas.component.setStateValue(name, value))
}

/**
 * Call a function, and at once what it would have called in 0 ms.
 *
 * Streamlit 1.67 sends a widget's value in a timer of 0 ms, to send several together. Chromium
 * lets such a timer wait for the next frame, 16 ms at most, if it follows on a touch or a click.
 */
function hurry(call) {
  const { setTimeout } = globalThis
  const tasks = []
  globalThis.setTimeout = (task, ms, ...more) =>
    ms ? setTimeout(task, ms, ...more) : tasks.push(() => task(...more))
  try {
    call()
  } finally {
    globalThis.setTimeout = setTimeout
  }
  for (const task of tasks) task()
}

/** Have the canvas send what it shows, without its wait. */
function send() {
  isHanding = false
  const button = canvas?.component.parentElement.querySelector(`[title="${BUTTONS.send}"]`)
  button?.click()
}

/** Hand the canvas the drawing of the current step. */
function hand() {
  const objects = steps.drawing.map(stroke => JSON.parse(stroke))
  handed = { objects, background: "", step: (handed?.step ?? 0) + 1 } // new, or it is ignored
  isHanding = true
  render()
}

/** Change what the canvas shows; not under a moving pen. */
function change(move, isPossible) {
  if (!canvas || isPenDown) return
  send() // a stroke that has just ended is a step of its own
  if (!isPossible()) return
  move()
  hand()
}

const ACTIONS = {
  undo: () => change(() => steps.undo(), () => steps.canUndo),
  redo: () => change(() => steps.redo(), () => steps.canRedo),
  clear: () => change(() => steps.add([]), () => steps.drawing.length),
}

function showTools() {
  const possible = { undo: steps.canUndo, redo: steps.canRedo, clear: steps.drawing.length > 0 }
  // Not `disabled`, which would take the keyboard's focus away.
  for (const tool of tools) tool.ariaDisabled = String(!possible[tool.value])
}

/** Return the action that a key stands for, if the key is not somebody else's. */
function actionOf(event) {
  const isText = event.target.closest?.("input:not([type=range], [type=checkbox]), textarea")
  if (isText || event.altKey || document.querySelector("[role=dialog], [role=menu]")) return
  const key = event.key.toLowerCase()
  const isCommand = event.ctrlKey || event.metaKey
  if (isCommand && key === "z") return event.shiftKey ? "redo" : "undo"
  if (isCommand && key === "y" && !event.shiftKey) return "redo"
  if (key === "escape" && !isCommand && !event.shiftKey) return "clear"
}

function press(event) {
  const action = actionOf(event)
  if (!action) return
  event.preventDefault()
  ACTIONS[action]()
}

function putDown(event) {
  isPenDown ||= event.composedPath().some(node => node.classList?.contains("upper-canvas"))
}

function lift(event) {
  if (!isPenDown || event.touches?.length) return
  isPenDown = false
  queueMicrotask(send) // the canvas notes a stroke in a microtask, too, queued before
}

/** End a stroke that the system has taken the finger from: the canvas does not hear of it. */
function cut({ changedTouches, touches }) {
  if (!isPenDown || touches.length) return
  const end = { changedTouches: [...changedTouches], bubbles: true }
  document.dispatchEvent(new TouchEvent("touchend", end))
}

// The canvas hears the same events, and hears of the pen's end before the window does.
for (const name of ["mousedown", "touchstart"]) addEventListener(name, putDown, { capture: true })
for (const name of ["mouseup", "touchend"]) addEventListener(name, lift)
addEventListener("touchcancel", cut)
document.addEventListener("keydown", press)

/** What the other parts of the page need: `attach` a canvas, and `send` what it shows. */
globalThis.mnistDraw = { attach, send }
if (globalThis.mnistDrawCanvas) attach(globalThis.mnistDrawCanvas)

/** Bring the page's own buttons to life. */
export default function ({ parentElement }) {
  tools = [...parentElement.querySelectorAll("button")]
  const tap = event => ACTIONS[event.target.closest("button")?.value]?.()
  parentElement.addEventListener("click", tap)
  showTools()
  return () => parentElement.removeEventListener("click", tap)
}
