// Moving what was drawn, in the canvas's own mode for editing, by handles that a finger can hit.
//
// The canvas's library is Fabric 7. Its own canvas, `paper`, has the strokes as objects, and the
// chosen ones between handles. canvas.js comes after this file, and calls it.

const EDIT_BUTTON = "Edit" // the title of the canvas's own button
const PAPER = 280 // side, in pixels
const EDGE = 9 // pixels: so near the paper's edge a handle is still whole
const FINGER = 36 // pixels that a finger needs, on a canvas that is shown larger than it is
const HANDLES = {
  cornerStyle: "circle",
  cornerSize: 14,
  touchCornerSize: FINGER,
  transparentCorners: false,
  minScaleLimit: 0.1,
}
const SIDES = ["ml", "mr", "mt", "mb"] // handles that would change a digit's proportions

// What arrow keys do to what is chosen, and what they do with Shift.
const PUSH = 10 // pixels
const TURN = 15 // degrees
const GROWTH = 1.1
const PUSHES = {
  ArrowLeft: chosen => ({ left: chosen.left - PUSH }),
  ArrowRight: chosen => ({ left: chosen.left + PUSH }),
  ArrowUp: chosen => ({ top: chosen.top - PUSH }),
  ArrowDown: chosen => ({ top: chosen.top + PUSH }),
}
const SHIFTED = {
  ArrowLeft: chosen => ({ angle: chosen.angle - TURN }),
  ArrowRight: chosen => ({ angle: chosen.angle + TURN }),
  ArrowUp: chosen => scaled(chosen, GROWTH),
  ArrowDown: chosen => scaled(chosen, 1 / GROWTH),
}

let paper // once a drawing has been handed to the canvas

/**
 * Return what is to be handed to the canvas with a drawing, to note the paper when it is on it.
 *
 * `tell` is called whenever something else is chosen.
 */
export function notePaper(tell) {
  return {
    renderAll() {
      delete this.renderAll // from now on the library's own
      if (paper !== this) {
        paper = this
        for (const change of ["created", "updated"]) paper.on(`selection:${change}`, showHandles)
        for (const change of ["created", "cleared"]) paper.on(`selection:${change}`, tell)
        paper.on("object:modified", showHandles)
      }
      this.renderAll()
    },
  }
}

/** Return the button by which the canvas's mode for editing is switched on and off. */
export function editButton(root) {
  return root?.querySelector(`.dc-toolbar [title="${EDIT_BUTTON}"]`)
}

/** Choose all strokes. */
export function chooseAll() {
  paper.discardActiveObject()
  // As if a frame had been drawn around them.
  paper._groupSelector = { x: -9 * PAPER, y: -9 * PAPER, deltaX: 19 * PAPER, deltaY: 19 * PAPER }
  paper.handleSelection(new Event("mouseup"))
  paper.requestRenderAll()
}

/** Choose nothing, so that no handles are shown. */
export function chooseNothing() {
  paper?.discardActiveObject()
  paper?.requestRenderAll()
}

/** Return whether a stroke is chosen. */
export function isChosen() {
  return Boolean(paper?.getActiveObject())
}

/** Return whether a key moves, turns or scales what is chosen. */
export function isPush({ key, defaultPrevented, target }) {
  const isOthers = defaultPrevented || target.closest?.("input, [role=slider]")
  return key in PUSHES && isChosen() && !isOthers
}

/** Move, turn or scale what is chosen, as an arrow key asks for. */
export function push({ key, shiftKey }) {
  const chosen = paper.getActiveObject()
  chosen.set((shiftKey ? SHIFTED : PUSHES)[key](chosen))
  showHandles()
}

/** Return the size of what is chosen if it grows so many times. */
function scaled({ scaleX, scaleY }, times) {
  return { scaleX: scaleX * times, scaleY: scaleY * times }
}

/** Take the chosen strokes off the paper. */
export function removeChosen() {
  const chosen = paper.getActiveObjects()
  paper.discardActiveObject()
  paper.remove(...chosen)
}

/** Give what is chosen handles, and room between them however small it is. */
function showHandles() {
  const chosen = paper.getActiveObject()
  if (!chosen) return
  if (chosen.touchCornerSize !== FINGER) {
    const theme = getComputedStyle(paper.upperCanvasEl)
    const [line, face] = ["text", "background"].map(name =>
      theme.getPropertyValue(`--st-${name}-color`).trim(),
    )
    chosen.set({ ...HANDLES, borderColor: line, cornerStrokeColor: line, cornerColor: face })
    for (const side of SIDES) chosen.setControlVisible(side, false)
    for (const control of Object.values(chosen.controls)) keepOnPaper(control)
    chosen.controls.mtr.offsetY = -FINGER
  }
  const narrowest = Math.min(chosen.getScaledWidth(), chosen.getScaledHeight())
  chosen.padding = Math.max(EDGE, FINGER - narrowest / 2)
  chosen.setCoords()
  paper.requestRenderAll()
}

/** Keep a handle within reach when the stroke that it belongs to is not. */
function keepOnPaper(control) {
  const place = control.positionHandler
  control.positionHandler = (...where) => {
    const at = place.apply(control, where)
    for (const way of ["x", "y"]) at[way] = Math.min(Math.max(at[way], EDGE), PAPER - EDGE)
    return at
  }
}

