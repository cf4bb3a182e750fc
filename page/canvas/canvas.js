// Undo, redo and clear in the browser, and every drawing sent as soon as the pen is up.
//
// By itself, streamlit-drawable-canvas 0.13 sends a drawing 200 ms after its last change, and
// shows another one only if the server hands it over as `initialDrawing`. So this file stands
// between Streamlit and the canvas. It notes each drawing that the canvas sends, and hands back
// an earlier one: the canvas shows it in the same frame, and sends it at once.
//
// Without this file, or if it fails, the canvas works as its authors made it: answers come
// 200 ms later, and its own toolbar undoes.

const SEND_BUTTON = "Update the app with this drawing" // the title of the canvas's own button
const MOST_STEPS = 500 // that can be undone
const PURPOSE =
  "Draw a digit or a number with mouse, pen or finger; a key from 0 to 9 says what it was. " +
  "Without any of these, Photo reads a picture."
const STORED = "mnist-draw" // the drawing's name in what the browser keeps for this tab

/** The drawings that undo and redo step through, each a list of strokes as JSON text. */
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

  /** Note a drawing; return false if it was noted last. */
  add(drawing) {
    const last = this.drawing
    if (drawing.length === last.length && drawing.every((stroke, i) => stroke === last[i])) {
      return false
    }
    // Earlier strokes share their text, so that a long drawing takes little memory.
    const shared = drawing.map((stroke, i) => (stroke === last[i] ? last[i] : stroke))
    this.#drawings.splice(this.#at + 1, Infinity, shared)
    this.#drawings.splice(0, this.#drawings.length - MOST_STEPS - 1)
    this.#at = this.#drawings.length - 1
    return true
  }

  /** Replace the drawing noted last by what the canvas made of it after it was handed back. */
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
let handed // the drawing that the canvas was handed last, if not by the server
let isHanding = false // whether the canvas is about to send the drawing that it was handed
let sent // what the canvas sent last
let isPenDown = false
let tools = [] // the page's buttons
let moving = [] // what tells whether strokes are moved or drawn
let start = [] // what is shown to a newcomer
let opened // what the server had put on the canvas last

/** Stand between Streamlit and a canvas; return a function that ends the canvas. */
function attach(attached) {
  const isFirst = !canvas
  canvas = attached
  root().querySelector(".canvas-root").classList.add("attached")
  const end = render()
  if (isFirst) restore()
  describe(root().querySelector(".upper-canvas"))
  showTools()
  // Streamlit also ends a canvas when its arguments change twice in quick succession, as a moving
  // slider makes them. That would empty it: end it only when it has left the page.
  const place = root()
  return () => place.isConnected || end()
}

/** Give the canvas the focus that a click would give the whole page; and words for its purpose. */
function describe(paper) {
  if (!paper) return
  Object.assign(paper, { tabIndex: 0, role: "application", ariaLabel: "Drawing area" })
  paper.setAttribute("aria-description", PURPOSE)
}

function render() {
  const { draw, component } = canvas
  const data = { ...component.data, initialDrawing: handed ?? component.data.initialDrawing }
  return draw({ ...component, data, setStateValue: passOn })
}

/** Note what the canvas sends, and pass it on to the server; each drawing once. */
function passOn(name, value) {
  if (name === "drawing") {
    const drawing = value.raw.objects.map(stroke => JSON.stringify(stroke))
    if (isHanding) {
      steps.replace(drawing)
      isHanding = false
      if (isMoving()) drawing.length ? chooseAll() : stopMoving()
    } else if (!steps.add(drawing)) return
    sent = value
    showTools()
  }
  hurry(() => canvas.component.setStateValue(name, value))
  store()
}

/** Keep the drawing for a reload: the browser forgets it with the tab. */
function store() {
  try {
    sessionStorage.setItem(STORED, `[${steps.drawing}]`)
  } catch {} // no room, or not allowed: a reload then begins with an empty canvas
}

/** Hand the canvas the drawing that was on it before the page was reloaded. */
function restore() {
  try {
    const drawing = JSON.parse(sessionStorage.getItem(STORED) ?? "[]")
    const isDrawing = drawing.every(({ type, path }) => type === "Path" && path.length)
    if (isDrawing && steps.add(drawing.map(stroke => JSON.stringify(stroke)))) hand()
  } catch {} // not what `store` has written
}

/**
 * Call a function, and then at once what it has scheduled for 0 ms later.
 *
 * Streamlit 1.67 sends a widget's value in a timer of 0 ms, to send several together. After a touch
 * or a click, Chromium delays such a timer until the next frame, by up to 16 ms.
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

/** Have the canvas send what it shows without waiting; return that. */
function send() {
  isHanding = false
  const button = root()?.querySelector(`[title="${SEND_BUTTON}"]`)
  button?.click()
  return sent
}

/**
 * Send what was sent last once more when the connection is back: it may have been lost.
 *
 * Streamlit 1.67 throws away what is sent without a connection. When it is back, Streamlit runs the
 * page again only if the last run was a fragment's, or was interrupted.
 */
function sendAgainWhenBack() {
  const app = document.querySelector("[data-testid=stApp]")
  if (!app) return // then what was lost is lost; drawing goes on
  const state = "data-test-connection-state"
  const sendAgain = () => {
    if (sent && app.getAttribute(state) === "CONNECTED") {
      canvas.component.setStateValue("drawing", sent)
    }
  }
  new MutationObserver(sendAgain).observe(app, { attributeFilter: [state] })
}

/** Hand the canvas the drawing of the current step. */
function hand() {
  const objects = steps.drawing.map(stroke => JSON.parse(stroke))
  const step = (handed?.step ?? 0) + 1 // what is handed must differ from the last
  handed = { objects, background: "", step, ...notePaper(showTools) }
  isHanding = true
  render()
}

/** Change what the canvas shows; not under a moving pen. */
function change(move, isPossible) {
  if (!canvas || isPenDown) return
  send() // a stroke that has just ended is a step by itself
  if (!isPossible()) return
  move()
  hand()
}

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
    if (isPenDown || !isChosen()) return
    removeChosen()
    send()
    if (!hasInk()) stopMoving()
  },
}

function root() {
  return canvas?.component.parentElement
}

/** Return whether strokes are moved now, instead of drawn. */
function isMoving() {
  return editButton(root())?.ariaPressed === "true"
}

function stopMoving() {
  if (isPenDown) return
  chooseNothing()
  editButton(root()).click()
  showTools()
}

/** Put another drawing on the canvas, each stroke a path; Undo takes it back. */
function open(paths) {
  const { strokeColor, strokeWidth } = canvas?.component.data ?? {}
  const pen = { stroke: strokeColor, strokeWidth, strokeLineCap: "round", strokeLineJoin: "round" }
  const strokes = paths.map(path => JSON.stringify({ type: "Path", path, fill: null, ...pen }))
  change(() => steps.add(strokes), () => true)
}

/** Hint at what a newcomer may do; until the first stroke. */
function showStart() {
  const isNew = Boolean(canvas) && !isPenDown && !steps.canUndo && !steps.canRedo
  for (const part of start) part.toggleAttribute("hidden", !isNew)
}

function showTools() {
  showStart()
  const { canUndo: undo, canRedo: redo } = steps
  const possible = { undo, redo, clear: hasInk(), remove: isChosen(), move: hasInk() }
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

function putDown(event) {
  isPenDown ||= event.composedPath().some(node => node.classList?.contains("upper-canvas"))
  showStart()
}

function lift(event) {
  if (!isPenDown || event.touches?.length) return
  isPenDown = false
  queueMicrotask(send) // after the canvas's own microtask, which notes the stroke
}

/** End a stroke that the system has interrupted: the canvas ignores `touchcancel`. */
function cut({ changedTouches, touches }) {
  if (!isPenDown || touches.length) return
  const end = { changedTouches: [...changedTouches], bubbles: true }
  document.dispatchEvent(new TouchEvent("touchend", end))
}

// Streamlit makes the notebook's address a step of the browser's own history. Back then closed a
// dialog, and lost the notebook.
history.pushState = history.replaceState.bind(history)

// The canvas gets the same events, and the end of a stroke before the window does.
for (const name of ["mousedown", "touchstart"]) addEventListener(name, putDown, { capture: true })
for (const name of ["mouseup", "touchend"]) addEventListener(name, lift)
addEventListener("touchcancel", cut)
document.addEventListener("keydown", press)
sendAgainWhenBack()

/** Give the canvas the focus. */
function focus() {
  root()?.querySelector(".upper-canvas")?.focus()
}

/** For the other parts of the page: `attach` a canvas; `send` what it shows, call `now`, … */
globalThis.mnistDraw = { attach, send, now: hurry, clear: ACTIONS.clear, focus }
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
  const tap = event => {
    const button = event.target.closest("button")
    if (button?.value === "example") open(JSON.parse(button.dataset.paths))
    else ACTIONS[button?.value]?.()
  }
  parentElement.addEventListener("click", tap)
  showTools()
  return () => parentElement.removeEventListener("click", tap)
}
