// The drawing outlives a reload: the browser keeps it with the tab.

const STORED = "mnist-draw" // its name there

/** Store a drawing, a list of strokes as JSON text. */
export function storeDrawing(drawing) {
  try {
    sessionStorage.setItem(STORED, `[${drawing}]`)
  } catch {} // no room, or not allowed: a reload then begins with an empty canvas
}

/** Return the drawing that was stored last; empty if there is none. */
export function restoreDrawing() {
  try {
    const drawing = JSON.parse(sessionStorage.getItem(STORED) ?? "[]")
    const isDrawing = drawing.every(({ type, path }) => type === "Path" && path.length)
    return isDrawing ? drawing.map(stroke => JSON.stringify(stroke)) : []
  } catch {
    return [] // not what `storeDrawing` has written
  }
}
