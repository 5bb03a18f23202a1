import { onCleanup } from "solid-js"

/**
 * Puts the focus where a person will begin, once the element is in the page. Not under fingers: there it would raise a
 * keyboard unasked.
 */
export const focusFirst = (element: HTMLElement): void => {
  if (!isTouched()) queueMicrotask(() => element.focus())
}

/** Whether it is used by fingers. A page without any pointer is not. */
export const isTouched = (): boolean => typeof matchMedia === "function" && matchMedia("(pointer: coarse)").matches

// Where the focus goes from what may be taken out of the page while it has it.

/**
 * For the `ref` of an element that goes with its scope: `to` is called once it is gone, where the focus would be left
 * to the page as a whole.
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

/** The inputs of a form by field, so that the one that is wrong can take the focus. */
interface FieldFocus<Field extends string> {
  readonly keep: (field: Field) => (input: HTMLInputElement) => void
  /** What is wrong with no field in particular leaves the focus where it is. */
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
