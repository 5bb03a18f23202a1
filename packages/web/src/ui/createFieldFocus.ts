/** The inputs of a form by field, so that the one that is wrong can take the focus. */

export interface FieldFocus<Field extends string> {
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
