/**
 * The frame of all rows in the timeline: an article with a name, its position, and the focus that moves from one row to
 * the next.
 */
import type { JSX } from "solid-js"

export interface RowFocus {
  /** Whether the timeline's one Tab stop is here. Reactive. */
  readonly isStop: (key: string) => boolean
  /** Whether the row's actions are shown. Reactive. */
  readonly isActive: (key: string) => boolean
  /** Highlighted for a while after a jump to it. Reactive. */
  readonly isMarked: (key: string) => boolean
}

export interface RowFrameProps {
  readonly focus: RowFocus
  readonly key: string
  readonly class: string
  readonly label: string
  readonly grouped?: boolean
  /** It mentions the reader. */
  readonly mention?: boolean
  readonly seq?: number | undefined
  readonly pending?: string | undefined
  readonly children: JSX.Element
}

export const RowFrame = (props: RowFrameProps): JSX.Element => (
  <article
    class={`row ${props.class}`}
    classList={{
      "row-grouped": props.grouped === true,
      "row-mention": props.mention === true,
      "row-marked": props.focus.isMarked(props.key)
    }}
    tabindex={props.focus.isStop(props.key) ? 0 : -1}
    aria-label={props.label}
    data-key={props.key}
    data-seq={props.seq}
    data-pending={props.pending}
  >
    {props.children}
  </article>
)
