/** A password: hidden until shown on purpose, with a word when caps lock is on. */
import { createSignal } from "solid-js"
import { useApp } from "../model/App.ts"
import { Field } from "./Field.tsx"
import { IconButton } from "./IconButton.tsx"

export interface PasswordFieldProps {
  readonly label: string
  readonly name: string
  readonly value: string
  readonly onInput: (value: string) => void
  readonly autocomplete: "current-password" | "new-password"
  readonly hint?: string | undefined
  readonly error?: string | undefined
  readonly ref?: (input: HTMLInputElement) => void
}

export const PasswordField = (props: PasswordFieldProps) => {
  const app = useApp()
  const words = () => app.i18n.t().kit
  const [shown, setShown] = createSignal(false)
  const [caps, setCaps] = createSignal(false)
  return (
    <Field
      label={props.label}
      name={props.name}
      type={shown() ? "text" : "password"}
      value={props.value}
      onInput={props.onInput}
      autocomplete={props.autocomplete}
      autocapitalize="off"
      spellcheck={false}
      required
      {...(props.ref === undefined ? {} : { ref: props.ref })}
      error={props.error}
      hint={caps() ? words().capsLock : props.hint}
      onKey={(event) => setCaps(event.getModifierState("CapsLock"))}
      end={
        <IconButton
          icon={shown() ? "eyeOff" : "eye"}
          label={shown() ? words().hidePassword : words().showPassword}
          onClick={() => setShown((now) => !now)}
        />
      }
    />
  )
}
