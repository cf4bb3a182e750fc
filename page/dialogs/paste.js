// A pasted picture is treated like a chosen one, as soon as there is a field for it.

const TRIES = 50
const BETWEEN = 100 // ms

/** Hand pasted pictures to the Photo dialog; a function opens it. */
export function takePictures(openPhoto, signal) {
  document.addEventListener("paste", paste, { signal })

  function paste(event) {
    const file = [...(event.clipboardData?.files ?? [])].find(file => /^image/.test(file.type))
    if (!file) return
    if (!openDialog()) openPhoto()
    upload(file, TRIES)
  }

  function upload(file, tries) {
    const input = openDialog()?.querySelector("[data-testid=stFileUploaderDropzoneInput]")
    if (!input) return tries && setTimeout(upload, BETWEEN, file, tries - 1)
    const files = new DataTransfer()
    files.items.add(file)
    input.files = files.files
    input.dispatchEvent(new Event("change", { bubbles: true }))
  }
}
