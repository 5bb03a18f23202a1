/** The username, in both forms for coming in. */
import { Field } from "../../ui/Field.tsx"
import type { SessionForm } from "./createSessionForm.ts"
import { useSessionWords } from "./useSessionWords.ts"

export interface HandleFieldProps {
  readonly form: SessionForm
  readonly value: string
  readonly onInput: (value: string) => void
  readonly hint?: string
}

export const HandleField = (props: HandleFieldProps) => {
  const words = useSessionWords()
  return (
    <Field
      ref={props.form.keep("handle")}
      label={words().handle}
      hint={props.hint}
      name="username"
      value={props.value}
      onInput={props.onInput}
      autocomplete="username"
      autocapitalize="off"
      spellcheck={false}
      enterkeyhint="next"
      maxlength={64}
      required
      error={props.form.problemOf("handle")}
    />
  )
}
