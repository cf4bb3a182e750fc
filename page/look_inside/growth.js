// How the answer came about: the moment at which the slider stands.

/** Follow the slider of a drawing's growth; see look_inside/growth.py. */
export function followGrowth(signal) {
  document.addEventListener("input", showMoment, { signal })

  function showMoment({ target }) {
    const growth = target.closest?.(".growth")
    if (!growth) return
    const { says, digit, shares } = JSON.parse(growth.dataset.moments)[target.value]
    growth.style.setProperty("--at", target.value)
    growth.querySelector(".moment").textContent = says
    target.setAttribute("aria-valuetext", says)
    for (const [i, bar] of growth.querySelectorAll(".scores p").entries()) {
      bar.style.setProperty("--share", `${shares[i]}%`)
      bar.className = i === digit ? "first" : ""
    }
  }
}
