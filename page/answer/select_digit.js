// A number's selected digit: by a tap on it, or by the arrow keys.

/** Call a function with the place of the digit that is to be selected. */
export function selectDigits(select, signal) {
  document.addEventListener("click", tap, { signal })
  document.addEventListener("keydown", step, { signal })

  function tap(event) {
    const digit = event.target.closest?.(".number button")
    if (digit) select(digit.value)
  }

  function step(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    const isTaken = event.composedPath()[0].closest?.("input, textarea, [role=slider], [role=menu]")
    if (!by || isTaken || event.defaultPrevented || event.altKey || openDialog()) return
    const digits = [...document.querySelectorAll(".number button")]
    const next = digits[digits.findIndex(digit => digit.ariaPressed === "true") + by]
    if (next) select(next.value)
  }
}
