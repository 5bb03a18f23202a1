/** A button with a text. While busy it keeps its width and its name, and ignores presses. */
import { type JSX, type Ref, Show } from "solid-js"
import { passFocus } from "./focus.ts"
import { Icon, type IconName } from "./Icon.tsx"
import "./Button.css"

interface ButtonProps {
  /** Default: `plain`. */
  readonly kind?: "primary" | "plain" | "danger" | "quiet"
  readonly type?: "button" | "submit"
  /** The id of the form that it submits, when it is outside of the form. */
  readonly form?: string
  readonly disabled?: boolean
  readonly busy?: boolean
  readonly onClick?: (event: MouseEvent) => void
  /** The spoken label, if the visible text does not name its object. */
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
      // Also prevents a second submit of a form that is already being sent.
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

/** A button that shows only an icon; its label is spoken, and shown as a tooltip. */
interface IconButtonProps {
  readonly icon: IconName
  readonly label: string
  /** The tooltip in place of the label: with the keys that do the same. */
  readonly title?: string
  readonly onClick: (event: MouseEvent) => void
  readonly pressed?: boolean
  readonly disabled?: boolean
  /** For screen readers: whether the element that the button opens is open. */
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

/**
 * A button that loads more rows into a list. It disappears with the last of them, and its focus moves to the first row
 * that it loaded.
 */
interface MoreButtonProps {
  readonly kind?: NonNullable<ButtonProps["kind"]>
  /** Its children are the rows. */
  readonly list: () => Element | undefined
  readonly onMore: () => void
  readonly children: JSX.Element
}

export const MoreButton = (props: MoreButtonProps) => {
  let before: ReadonlySet<Element> | undefined
  const rows = () => [...(props.list()?.children ?? [])]
  const enter = () => {
    const now = rows()
    // If no row was added while others were removed, take the nearest one.
    const row = now.find((each) => before?.has(each) === false) ?? now.at(-1)
    if (row instanceof HTMLElement) enterRow(row)
  }
  return (
    <Button
      ref={passFocus(enter)}
      kind={props.kind ?? "plain"}
      onClick={() => {
        before = new Set(rows())
        props.onMore()
      }}
    >
      {props.children}
    </Button>
  )
}

/** Focuses the row's first link or button, or the row itself. */
const enterRow = (row: HTMLElement): void => {
  const first = row.querySelector<HTMLElement>("a[href], button")
  if (first === null) row.tabIndex = -1
  ;(first ?? row).focus()
}
