/**
 * From a row that is going away to the button of the next one, or of the one before; where there is none, to what is
 * named instead. Not when the person went elsewhere meanwhile.
 */
export const leaveRow = (row: HTMLElement | null | undefined, instead: string): void => {
  const now = document.activeElement
  if (now !== document.body && row?.contains(now) === false) return
  const buttons = [...(row?.parentElement?.querySelectorAll("button") ?? [])]
  const isOwn = (button: Element) => row?.contains(button) === true
  const first = buttons.findIndex(isOwn)
  const next = first < 0 ? undefined : (buttons[buttons.findLastIndex(isOwn) + 1] ?? buttons[first - 1])
  ;(next ?? document.querySelector<HTMLElement>(instead))?.focus()
}
