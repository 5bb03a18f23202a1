/** The username, in both forms for coming in. */
import { useApp } from "../../app/App.ts"
import { Field } from "../../ui/Field.tsx"
import type { SessionForm } from "./createSessionForm.ts"

export interface HandleFieldProps {
  readonly form: SessionForm
  readonly value: string
  readonly onInput: (value: string) => void
  readonly hint?: string
}

export const HandleField = (props: HandleFieldProps) => {
  const app = useApp()
  return (
    <Field
      ref={props.form.keep("handle")}
      label={app.i18n.t().session.handle}
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
