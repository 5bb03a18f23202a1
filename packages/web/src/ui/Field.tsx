/** One input with its label, its hint and its error, connected for screen readers. */
import { createSignal, createUniqueId, type JSX, type Ref, Show } from "solid-js"
import { IconButton } from "./Button.tsx"
import { Icon } from "./Icon.tsx"
import { useKit } from "./KitContext.ts"
import "./Field.css"

interface FieldFrameProps {
  readonly label: string
  readonly hint?: string | undefined
  readonly error?: string | undefined
  /** The control, which receives these attributes. */
  readonly control: (tie: {
    readonly id: string
    readonly describedBy: string | undefined
    readonly invalid: boolean
  }) => JSX.Element
}

const FieldFrame = (props: FieldFrameProps) => {
  const id = createUniqueId()
  const described = () => {
    const ids = [
      ...(props.error === undefined ? [] : [`${id}-error`]),
      ...(props.hint === undefined ? [] : [`${id}-hint`])
    ]
    return ids.length === 0 ? undefined : ids.join(" ")
  }
  return (
    <div class="ui-field">
      <label class="ui-field-label" for={id}>
        {props.label}
      </label>
      {props.control({
        id,
        get describedBy() {
          return described()
        },
        get invalid() {
          return props.error !== undefined
        }
      })}
      <Show when={props.error}>
        {(error) => (
          <p class="ui-field-error" id={`${id}-error`}>
            <Icon name="warning" small />
            <span>{error()}</span>
          </p>
        )}
      </Show>
      <Show when={props.hint}>
        {(hint) => (
          <p class="ui-field-hint" id={`${id}-hint`}>
            {hint()}
          </p>
        )}
      </Show>
    </div>
  )
}

interface FieldProps {
  readonly label: string
  readonly hint?: string | undefined
  readonly error?: string | undefined
  readonly value: string
  readonly onInput: (value: string) => void
  readonly type?: "text" | "search" | "password" | "url"
  readonly name?: string
  readonly autocomplete?: string
  readonly autocapitalize?: "off" | "sentences"
  readonly spellcheck?: boolean
  readonly inputmode?: "text" | "search" | "numeric"
  readonly enterkeyhint?: "go" | "next" | "done" | "search"
  readonly placeholder?: string
  readonly maxlength?: number
  readonly required?: boolean
  readonly readonly?: boolean
  readonly ref?: Ref<HTMLInputElement>
  readonly onKey?: (event: KeyboardEvent) => void
  /** Content at the end of the input, within it. */
  readonly end?: JSX.Element
}

export const Field = (props: FieldProps) => (
  <FieldFrame
    label={props.label}
    hint={props.hint}
    error={props.error}
    control={(tie) => (
      <span class="ui-field-line" classList={{ "ui-field-wrong": tie.invalid }}>
        <input
          ref={props.ref}
          id={tie.id}
          class="ui-input"
          type={props.type ?? "text"}
          name={props.name}
          value={props.value}
          autocomplete={props.autocomplete}
          autocapitalize={props.autocapitalize}
          spellcheck={props.spellcheck}
          inputmode={props.inputmode}
          enterkeyhint={props.enterkeyhint}
          placeholder={props.placeholder}
          maxlength={props.maxlength}
          required={props.required}
          readonly={props.readonly}
          aria-describedby={tie.describedBy}
          aria-invalid={tie.invalid ? "true" : undefined}
          onInput={(event) => props.onInput(event.currentTarget.value)}
          onKeyDown={(event) => props.onKey?.(event)}
          onKeyUp={(event) => props.onKey?.(event)}
        />
        {props.end}
      </span>
    )}
  />
)

/** A password: hidden until the user shows it, with a notice when caps lock is on. */
interface PasswordFieldProps {
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
  const words = useKit()
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

// An error of the whole form, spoken when it appears.

/** `seen`: the visible text in place of `text`; its changes are not spoken. */
export const FormProblem = (props: { readonly text: string | undefined; readonly seen?: string | undefined }) => (
  <div class="form-alert" role="alert">
    <Show when={props.text}>
      {(text) => (
        <p class="form-problem">
          <Icon name="warning" />
          <Show when={props.seen} fallback={<span>{text()}</span>}>
            {(seen) => (
              <>
                <span aria-hidden="true">{seen()}</span>
                <span class="only-heard">{text()}</span>
              </>
            )}
          </Show>
        </p>
      )}
    </Show>
  </div>
)
