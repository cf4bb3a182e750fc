// The question that fits the page's answer, and which of its labels is saved.

/** Return what the page says of its answer: see `build_state` in answer.py. */
export function answerState() {
  return document.querySelector(".answer-state")?.dataset ?? { answer: "", saved: "" }
}

/** Ask what the drawing is, and press the button of the label that it is saved under. */
export function ask(box) {
  const { answer, saved, isNumber, isSelected } = answerState()
  box.dataset.answer = answer
  // "Not a digit" is about one: who means that 42 is a number shall not say so of the 2.
  box.dataset.isWhole = String(isNumber === "true" && isSelected !== "true")
  box.dataset.state = saved ? "saved" : answer ? "open" : "none"
  const article = answer === "8" ? "an " : "a "
  const name = answer.length > 1 ? answer : article + answer
  box.querySelector("p").textContent = /\d/.test(answer) ? `Is it ${name}?` : "What is it?"
  for (const button of box.querySelectorAll(".labels button")) {
    button.ariaPressed = String(button.value === saved)
  }
}

/** Have one button of a group in the order of the Tab key, and arrows go from it to the others. */
export function rove(group, signal) {
  const buttons = [...group.querySelectorAll("button")]
  const makeStop = stop => {
    for (const button of buttons) button.tabIndex = button === stop ? 0 : -1
  }
  makeStop(buttons[0])
  group.addEventListener("focusin", event => makeStop(event.target), { signal })
  const step = event => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
    if (!by) return
    event.preventDefault()
    const seen = buttons.filter(button => getComputedStyle(button).visibility === "visible")
    seen.at((seen.indexOf(event.target) + by) % seen.length).focus()
  }
  group.addEventListener("keydown", step, { signal })
}
