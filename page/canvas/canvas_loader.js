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
  const { default: draw } = await import(new URL(module, root.querySelector("link").href))
  await begun
  globalThis.mnistDrawCanvas = { draw, component }
  try {
    return mnistDraw.attach(mnistDrawCanvas)
  } catch (error) {
    console.error(error)
    return draw(component)
  }
}
