import { onCleanup } from "solid-js"

/**
 * Focuses the element where the person will begin, once it is in the page. Not on a touch screen, where it would open
 * the keyboard unasked.
 */
export const focusFirst = (element: HTMLElement): void => {
  if (!isTouched()) queueMicrotask(() => element.focus())
}

/** Whether the device is used by touch. A page without any pointer is not. */
export const isTouched = (): boolean => typeof matchMedia === "function" && matchMedia("(pointer: coarse)").matches

// Moves the focus away from elements that may leave the page while they have it.

/**
 * For the `ref` of an element that disappears with its scope. Calls `to` once it is gone, if the focus would otherwise
 * fall back to the page as a whole.
 */
export const passFocus =
  (to: () => void) =>
  (node: Element): void => {
    onCleanup(() => {
      if (!node.contains(document.activeElement)) return
      queueMicrotask(() => {
        if (document.activeElement === document.body) to()
      })
    })
  }

/**
 * Moves the focus from a row that disappears to the button of the next row, or of the one before, or else to the
 * element that `instead` selects. Does nothing if the person has moved the focus meanwhile.
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

/** The inputs of a form by field, so that the one with an error can get the focus. */
interface FieldFocus<Field extends string> {
  readonly keep: (field: Field) => (input: HTMLInputElement) => void
  /** An error of no field in particular leaves the focus where it is. */
  readonly focus: (field: Field | undefined) => void
}

export const createFieldFocus = <Field extends string>(): FieldFocus<Field> => {
  const inputs = new Map<Field, HTMLInputElement>()
  return {
    keep: (field) => (input) => void inputs.set(field, input),
    focus: (field) => {
      if (field !== undefined) inputs.get(field)?.focus()
    }
  }
}
