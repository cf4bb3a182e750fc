// Tiles to select from → what to do with those that are selected.
//
// The tiles are a list of options: one of them is in the order of the Tab key, arrows go from it
// to the others, Space or a tap selects, Enter opens, a digit corrects, Delete deletes.

/** Return the tile of a saved drawing, with its text. */
function build(id) {
  const tile = document.createElement("div")
  Object.assign(tile, { className: "tile", role: "option", ariaSelected: "false", tabIndex: -1 })
  tile.dataset.id = id
  const image = document.createElement("img")
  image.alt = ""
  tile.append(image, ...["b", "span", "small", "small"].map(name => document.createElement(name)))
  return tile
}

function fill(tile, { src, was, read, when, name, strokes, is_number: isNumber = false }) {
  const [image, ...lines] = tile.children
  image.src = src
  for (const [i, text] of [was, read, ...when].entries()) lines[i].textContent = text
  tile.ariaLabel = name
  Object.assign(tile.dataset, { strokes, isNumber })
  tile.classList.toggle("wrong", read.startsWith("✗"))
}

/** Fill the place of a selected drawing with its card, whose bars glide from the last one's. */
function fillCard(place, card) {
  if (place.card === card) return
  const shares = [...place.querySelectorAll(".bar")].map(bar => bar.style.getPropertyValue("--share"))
  place.card = card
  place.innerHTML = card // made by the server, which has escaped what is in it
  for (const [i, bar] of place.querySelectorAll(".bar").entries()) {
    bar.style.setProperty("--from", parseFloat(shares[i] ?? 0) / 100)
  }
}

export default function ({ parentElement, data, setTriggerValue }) {
  const grid = parentElement.querySelector(".grid")
  const choice = parentElement.querySelector(".choice")
  const root = grid.getRootNode()
  const tiles = () => [...grid.children]
  const selected = () => tiles().filter(tile => tile.ariaSelected === "true")
  const cards = new Map(data.tiles.map(({ id, card }) => [id, card]))
  const current = () => tiles().find(tile => tile.tabIndex === 0)

  /** Have the tiles that there are now, and the focus where it was. */
  const show = () => {
    const old = new Map(tiles().map(tile => [tile.dataset.id, tile]))
    const at = tiles().indexOf(current())
    const hadFocus = grid.contains(root.activeElement)
    const fresh = data.tiles.map(each => {
      const tile = old.get(each.id) ?? build(each.id)
      fill(tile, each)
      return tile
    })
    grid.replaceChildren(...fresh)
    grid.hidden = !fresh.length
    const next = current() ?? fresh[Math.min(Math.max(at, 0), fresh.length - 1)]
    if (next) move(next)
    if (hadFocus) next?.focus({ preventScroll: true })
    const undo = tell()
    if (!next && data.changed) undo.focus()
  }

  const move = tile => {
    for (const each of tiles()) each.tabIndex = each === tile ? 0 : -1
    return tile
  }

  /** Say what is selected, and offer what can be done with it; return the Undo button. */
  const tell = () => {
    const [first, ...more] = selected()
    const [undo, all, open] = choice.querySelectorAll(".actions button")
    const hint = grid.hidden ? "" : "Tap a drawing to open, correct or delete it; or several."
    const one = first && !more.length
    const says = one ? first.ariaLabel : first ? `${more.length + 1} selected` : data.changed || hint
    choice.querySelector(".says").textContent = says
    choice.classList.toggle("selected", Boolean(first))
    choice.classList.toggle("one", Boolean(one))
    choice.classList.toggle("number", selected().some(tile => tile.dataset.isNumber === "true"))
    if (one) fillCard(choice.querySelector(".shown"), cards.get(first.dataset.id))
    undo.hidden = Boolean(first) || !data.changed
    open.hidden = !one || first.dataset.strokes !== "true"
    all.hidden = !grid.children.length
    all.textContent = first && selected().length === grid.children.length ? "None" : "All"
    all.ariaLabel = `Select ${all.textContent.toLowerCase()}`
    choice.querySelector(".labels").ariaLabel = more.length ? "What they are" : "What it is"
    return undo
  }

  const select = (which, is) => {
    for (const tile of which) tile.ariaSelected = String(is)
    tell()
  }
  const toggle = tile => select([tile], tile.ariaSelected !== "true")

  /** Ask the page for something to be done with what is selected, or with the current one. */
  const ask = (what, label) => {
    const which = selected().length ? selected() : [current()].filter(Boolean)
    const ids = what === "undo" ? [] : which.map(tile => tile.dataset.id)
    if (what === "open" && which[0]?.dataset.strokes !== "true") return
    setTriggerValue("change", label === undefined ? { do: what, ids } : { do: what, ids, label })
    if (choice.contains(root.activeElement)) current()?.focus({ preventScroll: true })
    select(tiles(), false)
  }

  grid.onclick = event => {
    const tile = event.target.closest(".tile")
    if (!tile) return
    toggle(move(tile))
    const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth"
    tile.scrollIntoView({ block: "nearest", behavior }) // from behind the card
  }
  grid.onkeydown = event => {
    if (event.altKey || event.metaKey) return
    const all = tiles()
    const at = all.indexOf(event.target)
    const columns = getComputedStyle(grid).gridTemplateColumns.split(" ").length
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }
    const ends = { Home: all[0], End: all.at(-1) }
    if (event.key in steps) move(all[at + steps[event.key]] ?? event.target).focus()
    else if (event.key in ends) move(ends[event.key]).focus()
    else if (event.ctrlKey && event.key === "a") select(all, true)
    else if (event.ctrlKey) return
    else if (event.key === " ") toggle(event.target)
    else if (event.key === "Enter") {
      select(all, false)
      ask("open")
    } else if (event.key === "Delete") ask("delete")
    else if (/^\d$/.test(event.key)) ask("correct", event.key)
    else return
    event.preventDefault()
  }
  choice.onclick = ({ target }) => {
    const { value } = target.closest("button") ?? {}
    if (value === "all") select(tiles(), target.textContent === "All")
    else if (/^(\d|none)$/.test(value)) ask("correct", value)
    else if (value) ask(value)
  }
  show()
}
