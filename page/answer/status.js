// The answer in words, for screen readers.

/** Say the answer in an element with the role "status", once. */
export function sayAnswer(status) {
  if (document.querySelector(".prediction.live")) return // the pen still moves
  const lines = [...document.querySelectorAll(".prediction p")].map(line => line.textContent)
  const words = lines.join(", ")
  if (status.textContent !== words) status.textContent = words
}
