// relay.js makes the canvas larger, which would spoil a stroke that has begun: wait for it first.
const PATIENCE = 3000 // ms; then the canvas works by itself
const begun = new Promise(go => {
  if (globalThis.mnistDraw) return go()
  addEventListener("mnistdraw", go, { once: true })
  setTimeout(go, PATIENCE)
})

export default async component => {
  const root = component.parentElement
  const { module } = root.querySelector(".canvas-root").dataset
  const url = new URL(module, root.querySelector("link").href)
  const { default: draw } = await import(url).catch(() => ({}))
  if (!draw) return sayBlocked(root.querySelector(".blocked"))
  await begun
  globalThis.mnistDrawCanvas = { draw, component }
  try {
    return mnistDraw.attach(mnistDrawCanvas)
  } catch (error) {
    console.error(error)
    return draw(component)
  }
}

function sayBlocked(box) {
  box.hidden = false
  box.querySelector("button").onclick = () => location.reload()
}
