// A lost connection, in words for visitors: Streamlit 1.67 tells them how to start a server.

const LOST = "Connection lost. Your drawing is safe; reconnecting…"

/** Say in an element while there is no connection, in place of Streamlit's dialog. */
export function followConnection(notice, signal) {
  const state = "data-test-connection-state"
  const app = document.querySelector("[data-testid=stApp]")
  const follow = () => {
    const isLost = (app.getAttribute(state) ?? "CONNECTED") !== "CONNECTED"
    notice.textContent = isLost ? LOST : ""
    if (isLost) closeDialogs()
  }
  const watch = new MutationObserver(follow)
  watch.observe(app, { attributeFilter: [state] })
  watch.observe(document.body, { childList: true }) // where dialogs come
  signal.addEventListener("abort", () => watch.disconnect())
  follow()
}

/** Close dialogs that are not the page's own, unseen: they would keep the pen from the canvas. */
function closeDialogs() {
  for (const dialog of document.querySelectorAll(".stDialog:not(:has(.stVerticalBlock), [hidden])")) {
    dialog.hidden = true // also to openDialog, which would move the focus
    dialog.querySelector("[aria-label=Close]")?.click()
  }
}
