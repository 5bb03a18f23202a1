/** A button with words. Busy keeps its width and its name, and takes no second press. */
import { type JSX, type Ref, Show } from "solid-js"
import "./Button.css"

export interface ButtonProps {
  /** `plain` when left out. */
  readonly kind?: "primary" | "plain" | "danger" | "quiet"
  readonly type?: "button" | "submit"
  /** The id of the form that it submits, when it stands outside. */
  readonly form?: string
  readonly disabled?: boolean
  readonly busy?: boolean
  readonly onClick?: (event: MouseEvent) => void
  /** What is read out in place of the words, where those do not say of what. */
  readonly label?: string
  readonly children: JSX.Element
  readonly ref?: Ref<HTMLButtonElement>
}

export const Button = (props: ButtonProps) => (
  <button
    ref={props.ref}
    class={`ui-button ui-button-${props.kind ?? "plain"}`}
    type={props.type ?? "button"}
    form={props.form}
    aria-label={props.label}
    disabled={props.disabled === true}
    aria-disabled={props.busy === true ? "true" : undefined}
    aria-busy={props.busy === true ? "true" : undefined}
    onClick={(event) => {
      // Also stops the submit of a form that is on its way already.
      if (props.busy === true) event.preventDefault()
      else props.onClick?.(event)
    }}
  >
    <Show when={props.busy === true}>
      <span class="ui-button-wait" aria-hidden="true" />
    </Show>
    <span class="ui-button-text">{props.children}</span>
  </button>
)
