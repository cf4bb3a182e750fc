// Everything that the page does with the insides of Fabric 7, the canvas's library.
//
// Why: streamlit-drawable-canvas 0.13 lets strokes be moved in a mode of its own, but gives no way
// to select them by script, and its handles are too small for a finger.
//
// What it gains: what was drawn can be moved, scaled and turned by touch and by keys.
//
// Unnecessary once the canvas's component takes a selection and handles' sizes as arguments.
// Tested by tests/browsers/test_browser_move.py.

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

let paper // Fabric's own canvas, once a drawing has been handed to ours

/**
 * Return what is to be handed to the canvas with a drawing, to note the paper when it is on it.
 *
 * `onSelection` is called whenever something else is selected.
 */
export function notePaper(onSelection) {
  return {
    renderAll() {
      delete this.renderAll // from now on the library's own
      if (paper !== this) {
        paper = this
        for (const event of ["created", "updated"]) paper.on(`selection:${event}`, showHandles)
        for (const event of ["created", "cleared"]) paper.on(`selection:${event}`, onSelection)
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

/** Return the points of a drawing's strokes where they are seen, each [x, y] in pixels. */
export function pointsOf(drawing) {
  const strokes = paper?.getObjects() ?? drawing.map(stroke => JSON.parse(stroke))
  return strokes.map(stroke => {
    const ends = stroke.path.map(command => command.slice(-2))
    if (!paper) return ends // nothing has been moved yet
    const [a, b, c, d, e, f] = stroke.calcTransformMatrix()
    return ends.map(([x, y]) => {
      const [dx, dy] = [x - stroke.pathOffset.x, y - stroke.pathOffset.y]
      return [a * dx + c * dy + e, b * dx + d * dy + f]
    })
  })
}

/** Select all strokes. */
export function selectAll() {
  paper.discardActiveObject()
  // As if a frame had been drawn around them.
  paper._groupSelector = { x: -9 * PAPER, y: -9 * PAPER, deltaX: 19 * PAPER, deltaY: 19 * PAPER }
  paper.handleSelection(new Event("mouseup"))
  paper.requestRenderAll()
}

/** Select nothing, so that no handles are shown. */
export function selectNothing() {
  paper?.discardActiveObject()
  paper?.requestRenderAll()
}

/** Return whether a stroke is selected. */
export function isSelected() {
  return Boolean(paper?.getActiveObject())
}

/** Take the selected strokes off the paper. */
export function removeSelected() {
  const selected = paper.getActiveObjects()
  paper.discardActiveObject()
  paper.remove(...selected)
}

/** Change what is selected: a function of it returns its new place, scale or angle. */
export function changeSelected(change) {
  const selected = paper.getActiveObject()
  selected.set(change(selected))
  showHandles()
}

/** Give what is selected handles, and room between them however small it is. */
function showHandles() {
  const selected = paper.getActiveObject()
  if (!selected) return
  if (selected.touchCornerSize !== FINGER) {
    const theme = getComputedStyle(paper.upperCanvasEl)
    const [line, face] = ["text", "background"].map(name =>
      theme.getPropertyValue(`--st-${name}-color`).trim(),
    )
    selected.set({ ...HANDLES, borderColor: line, cornerStrokeColor: line, cornerColor: face })
    for (const side of SIDES) selected.setControlVisible(side, false)
    for (const control of Object.values(selected.controls)) keepOnPaper(control)
    selected.controls.mtr.offsetY = -FINGER
  }
  const narrowest = Math.min(selected.getScaledWidth(), selected.getScaledHeight())
  selected.padding = Math.max(EDGE, FINGER - narrowest / 2)
  selected.setCoords()
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
