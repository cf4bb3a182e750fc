export default async component => {
  const root = component.parentElement
  const { module } = root.querySelector(".canvas-root").dataset
  const { default: draw } = await import(new URL(module, root.querySelector("link").href))
  globalThis.mnistDrawCanvas = { draw, component }
  try {
    return mnistDraw.attach(mnistDrawCanvas)
  } catch (error) {
    console.error(error)
    return draw(component)
  }
}
