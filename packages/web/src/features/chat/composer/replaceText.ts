/** Changes a text area as typing does: the browser can undo it, and tells it as an input. */

/** Puts `put` in place of what stands from `from` to `to`, and the caret after it. The area gets the focus. */
export const replaceText = (area: HTMLTextAreaElement, from: number, to: number, put: string): void => {
  area.focus({ preventScroll: true })
  area.setSelectionRange(from, to)
  // Nothing in the standards keeps the undo stack but this, which every browser has (Firefox since 89).
  if (document.execCommand?.(put === "" ? "delete" : "insertText", false, put)) return
  area.setRangeText(put, from, to, "end")
  area.dispatchEvent(new InputEvent("input", { bubbles: true }))
}

/** Makes the area's text `wanted` by replacing only the part that differs. */
export const rewriteText = (area: HTMLTextAreaElement, wanted: string): void => {
  const text = area.value
  if (text === wanted) return
  const shorter = Math.min(text.length, wanted.length)
  let start = 0
  while (start < shorter && text[start] === wanted[start]) start++
  let end = 0
  while (end < shorter - start && text.at(-1 - end) === wanted.at(-1 - end)) end++
  replaceText(area, start, text.length - end, wanted.slice(start, wanted.length - end))
}
