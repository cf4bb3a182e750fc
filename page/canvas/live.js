// The answer while the pen moves.
//
// The strokes so far go to the server, which answers with the HTML that it would make of them after
// the last, and says when it takes the next drawing; see answer/live.py. One is on its way at a
// time, and then the newest follows. Whatever goes wrong, the page works as without this file.

const SWITCH = "mnist-draw-live" // the name under which the browser remembers "off"
const LONGEST_MESSAGE = 60_000 // characters, as in answer/live.py
const RETRY = 60_000 // ms after which a server that did not answer is tried again
const STEP = 250 // ms between two answers for those who want less motion

let isServed = false // whether the server answers while the pen moves
let socket // to that server
let retryAt = 0 // when to try to connect again, as `performance.now` counts
let finished = [] // strokes, each a list of points [x, y] in the canvas's pixels
let stroke // the one that the pen is at; undefined while it is up
let frame // where the canvas is seen
let hasMoved = false // whether the pen has moved since the last drawing was sent
let isAsking = false // until the server takes the next drawing
let asked // the stroke of the drawing that was sent last
let shown // { html, stroke, shares } of the answer on the page, if it is not a final one

const finalAnswer = new MutationObserver(settle)

/** Note whether the server has the route; connect the switch that turns it off. */
export function setUpLive(isRoute, label) {
  isServed = Boolean(isRoute)
  label.hidden = !isServed
  const [input] = label.children
  input.checked = isLiveOn()
  input.onchange = () => rememberLive(input.checked)
}

function isLiveOn() {
  try {
    return localStorage.getItem(SWITCH) !== "off"
  } catch {
    return true // nothing can be remembered
  }
}

function rememberLive(isOn) {
  try {
    localStorage.setItem(SWITCH, isOn ? "on" : "off")
  } catch {}
}

/** Begin a stroke where the pen was put down. */
export function beginLive(event) {
  if (!isServed || !isLiveOn() || !canvas || isMoving()) return
  const { left, top, width } = root().querySelector(".upper-canvas").getBoundingClientRect()
  frame = { left, top, scale: PAPER / width }
  finished = pointsOf(steps.drawing)
  stroke = []
  connect()
  followPen(event)
}

/** Note where the pen is, and ask for an answer. */
export function followPen(event) {
  if (!stroke) return
  const { clientX, clientY } = event.changedTouches?.[0] ?? event
  const place = [clientX - frame.left, clientY - frame.top]
  stroke.push(place.map(pixels => Number((pixels * frame.scale).toFixed(1))))
  hasMoved = true
  ask()
}

/** End the stroke: what is answered from now on is the final answer's. */
export function endLive() {
  stroke = undefined
}

function connect() {
  if (socket?.readyState <= WebSocket.OPEN || performance.now() < retryAt) return
  const [page] = root().querySelector("link").href.split("/_stcore/")
  retryAt = performance.now() + RETRY // unless it opens
  isAsking = false
  socket = new WebSocket(`${page.replace(/^http/, "ws")}/live`)
  socket.onmessage = take
  socket.onopen = () => {
    retryAt = 0
    ask()
  }
}

function ask() {
  if (!stroke || !hasMoved || isAsking || socket?.readyState !== WebSocket.OPEN) return
  const message = JSON.stringify({
    strokes: [...finished, stroke],
    width: canvas.component.data.strokeWidth,
    notebook: new URLSearchParams(location.search).get("notebook"),
  })
  if (message.length > LONGEST_MESSAGE) return
  hasMoved = false
  isAsking = true
  asked = stroke
  socket.send(message)
}

function take({ data }) {
  const { html, next } = JSON.parse(data)
  const pause = matchMedia("(prefers-reduced-motion: reduce)").matches ? STEP : 0
  setTimeout(askAgain, Math.max(next, pause))
  if (stroke && stroke === asked && html) show(html)
}

function askAgain() {
  isAsking = false
  ask()
}

/** Show an answer in place of the last. */
function show(html) {
  const page = document.querySelector(".st-key-page")
  const template = document.createElement("template")
  template.innerHTML = html
  const bars = [...template.content.querySelectorAll(".bar")]
  shown = { html, stroke, shares: bars.map(bar => bar.style.getPropertyValue("--share")) }
  for (const section of template.content.children) {
    const place = page.querySelector(`section.${section.className}`)
    section.classList.add("live")
    if (place) become(place, section)
  }
  finalAnswer.observe(page, { childList: true, subtree: true })
}

/** Once the final answer has come, have its bars glide from where they are. */
function settle() {
  if (document.querySelector(".st-key-page section.live")) return
  if (stroke && stroke === shown.stroke) return show(shown.html) // it was the stroke before's
  finalAnswer.disconnect()
  const bars = document.querySelectorAll(".st-key-page .probabilities .bar")
  for (const [i, bar] of bars.entries()) {
    bar.style.setProperty("--from", parseFloat(shown.shares[i]) / 100)
  }
  const image = document.querySelector(".st-key-page .network_input img")
  if (image) image.style.animation = "none"
}

/** Make a node like another. What they share stays as it is: bars glide, and nothing flickers. */
function become(node, other) {
  const { nodeName, childNodes } = node
  if (nodeName !== other.nodeName || childNodes.length !== other.childNodes.length) {
    node.replaceWith(other.cloneNode(true))
  } else if (nodeName === "#text") {
    if (node.data !== other.data) node.data = other.data
  } else {
    for (const { name, value } of other.attributes) {
      if (node.getAttribute(name) !== value) node.setAttribute(name, value)
    }
    for (const [i, child] of [...childNodes].entries()) become(child, other.childNodes[i])
  }
}
