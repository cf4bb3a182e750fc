// Stands between Streamlit and the canvas: every drawing is sent as soon as the pen is up.
//
// By itself, streamlit-drawable-canvas 0.13 sends a drawing 200 ms after its last change, and
// shows another one only if the server hands it over as `initialDrawing`. This file notes each
// drawing that the canvas sends, and hands back an earlier one: the canvas shows it in the same
// frame, and sends it at once.
//
// Without this file, or if it fails, the canvas works as its authors made it: answers come
// 200 ms later, and its own toolbar undoes. See patches.py, which also says when this file
// becomes unnecessary.

const SEND_BUTTON = "Update the app with this drawing" // the title of the canvas's own button
const PURPOSE =
  "Draw a digit or a number with mouse, pen or finger; a key from 0 to 9 says what it was. " +
  "Without any of these, Photo reads a picture."

const steps = new Steps()
let canvas // { draw, component }: the canvas's own module, and what Streamlit gave it last
let handed // the drawing that the canvas was handed last, if not by the server
let isHanding = false // whether the canvas is about to send the drawing that it was handed
let sent // what the canvas sent last

/** Stand between Streamlit and a canvas; return a function that ends the canvas. */
export function attach(attached) {
  const isFirst = !canvas
  canvas = attached
  root().querySelector(".canvas-root").classList.add("attached")
  const end = render()
  if (isFirst && steps.add(restoreDrawing())) hand()
  describe(root().querySelector(".upper-canvas"))
  showTools()
  // Streamlit also ends a canvas when its arguments change twice in quick succession, as a moving
  // slider makes them. That would empty it: end it only when it has left the page.
  const place = root()
  return () => place.isConnected || end()
}

/** Return the canvas's shadow root; undefined before there is one. */
function root() {
  return canvas?.component.parentElement
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
      if (isMoving()) drawing.length ? selectAll() : stopMoving()
    } else if (!steps.add(drawing)) return
    sent = value
    showTools()
  }
  canvas.component.setStateValue(name, value)
  storeDrawing(steps.drawing)
}

/** Have the canvas send what it shows without waiting; return that. */
export function send() {
  isHanding = false
  root()?.querySelector(`[title="${SEND_BUTTON}"]`)?.click()
  return sent
}

/** Hand the canvas the drawing of the current step. */
function hand() {
  const objects = steps.drawing.map(stroke => JSON.parse(stroke))
  const step = (handed?.step ?? 0) + 1 // what is handed must differ from the last
  handed = { objects, background: "", step, ...notePaper(showTools) }
  isHanding = true
  render()
}

/** Put another drawing on the canvas, each stroke a path; Undo takes it back. */
export function open(paths) {
  const { strokeColor, strokeWidth } = canvas?.component.data ?? {}
  const pen = { stroke: strokeColor, strokeWidth, strokeLineCap: "round", strokeLineJoin: "round" }
  const strokes = paths.map(path => JSON.stringify({ type: "Path", path, fill: null, ...pen }))
  change(() => steps.add(strokes), () => true)
}

/**
 * Send what was sent last once more when the connection is back: it may have been lost.
 *
 * Streamlit 1.67 throws away what is sent without a connection. When it is back, Streamlit runs the
 * page again only if the last run was a fragment's, or was interrupted.
 */
export function sendAgainWhenBack() {
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
