/** How many are unread, as far as it is counted. Nothing at 0. */
import { Limits } from "@hibiki/core/domain/Limits"
import { Show } from "solid-js"
import "./Badge.css"

export const badgeText = (count: number): string => (count >= Limits.unreadCap ? `${Limits.unreadCap - 1}+` : String(count))

/** `label`: the count in words, for those who hear the page. `quiet`: nobody is called by it. */
export const Badge = (props: { readonly count: number; readonly label: string; readonly quiet?: boolean }) => (
  <Show when={props.count > 0}>
    <span class="ui-badge" classList={{ "ui-badge-quiet": props.quiet === true }} data-unread={badgeText(props.count)}>
      <span aria-hidden="true">{badgeText(props.count)}</span>
      <span class="only-heard">{props.label}</span>
    </span>
  </Show>
)
