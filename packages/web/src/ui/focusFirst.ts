/**
 * Puts the focus where a person will begin, once the element is in the page. Not under fingers: there it would raise a
 * keyboard unasked.
 */
export const focusFirst = (element: HTMLElement): void => {
  if (!isTouched()) queueMicrotask(() => element.focus())
}

/** Whether it is used by fingers. A page without any pointer is not. */
export const isTouched = (): boolean => typeof matchMedia === "function" && matchMedia("(pointer: coarse)").matches
