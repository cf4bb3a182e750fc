// Answers are sent one at a time.
//
// Of two answers that come before a run begins, Streamlit 1.67 keeps the later one, and it stops
// a run that is at one for the next. So each has a turn, and waits until the page says that the one
// before was taken.

const PATIENCE = 1000 // ms that an answer waits at most for the one before
const waiting = [] // functions that send an answer with its turn, the first of them on its way
let turn = 0 // of the answer on its way, counted from 1
let timer // ends the patience

/** Call a function with its turn, to send an answer, once the answer before has been taken. */
export function sendInTurn(send) {
  waiting.push(send)
  if (waiting.length === 1) sendFirst()
}

/** Note the turn of the answer that the page has taken last. */
export function noteTaken(taken) {
  if (taken !== turn || !waiting.length) return
  clearTimeout(timer)
  waiting.shift()
  if (waiting.length) sendFirst()
}

function sendFirst() {
  turn += 1
  waiting[0](turn)
  timer = setTimeout(noteTaken, PATIENCE, turn)
}
