/**
 * A button over the timeline that leads to a place in it, and goes when one is there. The focus stays in the timeline
 * then.
 */
import { type JSX, onCleanup } from "solid-js"

export interface PillProps {
  readonly class: string
  readonly classList?: Readonly<Record<string, boolean>>
  /** In place of what it shows. */
  readonly label?: string
  readonly feed: HTMLElement | undefined
  readonly onLead: (byKey: boolean) => void
  readonly children: JSX.Element
}

export const Pill = (props: PillProps): JSX.Element => {
  let button: HTMLButtonElement | undefined
  onCleanup(() => {
    if (document.activeElement === button) props.feed?.focus({ preventScroll: true })
  })
  return (
    <button
      ref={(node) => {
        button = node
      }}
      type="button"
      class={`pill ${props.class}`}
      classList={props.classList ?? {}}
      aria-label={props.label}
      onClick={(event) => props.onLead(event.detail === 0)}
    >
      {props.children}
    </button>
  )
}
