// What undo and redo step through.

const MOST_STEPS = 500 // that can be undone

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
