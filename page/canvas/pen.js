// When a stroke begins and when it ends.

let isPenDown = false

function putDown(event) {
  const isOnPaper = event.composedPath().some(node => node.classList?.contains("upper-canvas"))
  if (isOnPaper && !isPenDown) beginLive(event)
  isPenDown ||= isOnPaper
  showStart()
}

function lift(event) {
  if (!isPenDown || event.touches?.length) return
  isPenDown = false
  endLive()
  queueMicrotask(send) // after the canvas's own microtask, which notes the stroke
}

/** End a stroke that the system has interrupted: the canvas ignores `touchcancel`. */
function cut({ changedTouches, touches }) {
  if (!isPenDown || touches.length) return
  const end = { changedTouches: [...changedTouches], bubbles: true }
  document.dispatchEvent(new TouchEvent("touchend", end))
}

// The canvas gets the same events, and the end of a stroke before the window does.
for (const name of ["mousedown", "touchstart"]) addEventListener(name, putDown, { capture: true })
for (const name of ["mousemove", "touchmove"]) addEventListener(name, followPen, { capture: true })
for (const name of ["mouseup", "touchend"]) addEventListener(name, lift)
addEventListener("touchcancel", cut)
