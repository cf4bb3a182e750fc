// What arrow keys do to the selected strokes, alone and with Shift.

const PUSH = 10 // pixels
const TURN = 15 // degrees
const GROWTH = 1.1
const PUSHES = {
  ArrowLeft: selected => ({ left: selected.left - PUSH }),
  ArrowRight: selected => ({ left: selected.left + PUSH }),
  ArrowUp: selected => ({ top: selected.top - PUSH }),
  ArrowDown: selected => ({ top: selected.top + PUSH }),
}
const SHIFTED = {
  ArrowLeft: selected => ({ angle: selected.angle - TURN }),
  ArrowRight: selected => ({ angle: selected.angle + TURN }),
  ArrowUp: selected => scaled(selected, GROWTH),
  ArrowDown: selected => scaled(selected, 1 / GROWTH),
}

/** Return whether a key moves, turns or scales what is selected. */
export function isPush({ key, defaultPrevented, target }) {
  const isOthers = defaultPrevented || target.closest?.("input, [role=slider]")
  return key in PUSHES && isSelected() && !isOthers
}

/** Move, turn or scale what is selected, as an arrow key asks for. */
export function push({ key, shiftKey }) {
  changeSelected((shiftKey ? SHIFTED : PUSHES)[key])
}

/** Return the scale of something that grows so many times. */
function scaled({ scaleX, scaleY }, times) {
  return { scaleX: scaleX * times, scaleY: scaleY * times }
}
