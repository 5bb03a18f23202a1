/** A button with words. Busy keeps its width and its name, and takes no second press. */
import { type JSX, type Ref, Show } from "solid-js"
import { passFocus } from "./focus.ts"
import { Icon, type IconName } from "./Icon.tsx"
import "./Button.css"

interface ButtonProps {
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

/** A button that shows a sign alone; its name is spoken, and shown as a hint under the pointer. */
interface IconButtonProps {
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

/**
 * A button by which more rows come into a list. It goes with the last of them, and the focus that it had goes on to the
 * first row that it brought.
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
    // Nothing came where rows went meanwhile: then it is the one that stands nearest.
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

/** To the first of what can be done with it, or to the row itself. */
const enterRow = (row: HTMLElement): void => {
  const first = row.querySelector<HTMLElement>("a[href], button")
  if (first === null) row.tabIndex = -1
  ;(first ?? row).focus()
}
