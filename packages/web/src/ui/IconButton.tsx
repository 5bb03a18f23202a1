/** A button that shows a sign alone; its name is spoken, and shown as a hint under the pointer. */
import type { Ref } from "solid-js"
import { Icon } from "./Icon.tsx"
import type { IconName } from "./iconPaths.ts"
import "./Button.css"

export interface IconButtonProps {
  readonly icon: IconName
  readonly label: string
  /** Shown in place of the label alone: with the keys that do the same. */
  readonly title?: string
  readonly onClick: (event: MouseEvent) => void
  readonly pressed?: boolean
  readonly disabled?: boolean
  /** Of what the button opens, for those who hear the page. */
  readonly expanded?: boolean
  readonly ref?: Ref<HTMLButtonElement>
}

export const IconButton = (props: IconButtonProps) => (
  <button
    ref={props.ref}
    class="ui-icon-button"
    type="button"
    aria-label={props.label}
    title={props.title ?? props.label}
    aria-pressed={props.pressed}
    aria-expanded={props.expanded}
    disabled={props.disabled === true}
    onClick={(event) => props.onClick(event)}
  >
    <Icon name={props.icon} />
  </button>
)
