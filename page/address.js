/** Put the notebook into the page's address; see address.py. */
export default function ({ data }) {
  const address = new URL(location)
  address.searchParams.set("notebook", data.notebook)
  history.replaceState(history.state, "", address)
}
