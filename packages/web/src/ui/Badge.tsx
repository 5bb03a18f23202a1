/** The number of unread messages, or of mentions, up to the bound of the count. Empty at 0. */
import { Limits } from "@hibiki/core/domain/Limits"
import { Show } from "solid-js"
import "./Badge.css"

export const badgeText = (count: number): string =>
  count >= Limits.unreadCap ? `${Limits.unreadCap - 1}+` : String(count)

interface BadgeProps {
  readonly count: number
  /** The count in words, for screen readers. */
  readonly label: string
  /** A quieter style, for conversations that do not notify. */
  readonly quiet?: boolean
  /** The count is of mentions: a sign and the shape distinguish it. */
  readonly mentions?: boolean
}

export const Badge = (props: BadgeProps) => (
  <Show when={props.count > 0}>
    <span
      class="ui-badge"
      classList={{ "ui-badge-quiet": props.quiet === true, "ui-badge-mentions": props.mentions === true }}
      data-unread={props.mentions === true ? undefined : badgeText(props.count)}
      data-mentions={props.mentions === true ? badgeText(props.count) : undefined}
    >
      <span aria-hidden="true">{`${props.mentions === true ? "@" : ""}${badgeText(props.count)}`}</span>
      <span class="only-heard">{props.label}</span>
    </span>
  </Show>
)
