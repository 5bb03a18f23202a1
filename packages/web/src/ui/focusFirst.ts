/** Puts the focus where a person will begin, once the element is in the page. Not under fingers: there it would raise a keyboard unasked. */
export const focusFirst = (element: HTMLElement): void => {
  if (typeof matchMedia === "function" && matchMedia("(pointer: coarse)").matches) return
  queueMicrotask(() => element.focus())
}
