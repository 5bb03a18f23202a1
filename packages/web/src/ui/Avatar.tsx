/**
 * A person's or a conversation's face: initials on a tint of its own, with a presence dot where one is known. The name
 * stands beside it.
 */
import type { UserPresence } from "@hibiki/core/domain/Presence"
import { Show } from "solid-js"
import { useApp } from "../model/App.ts"
import { initials, tintOf } from "./initials.ts"
import { PresenceDot } from "./PresenceDot.tsx"
import "./Avatar.css"

export interface AvatarProps {
  readonly userId: string
  readonly name: string
  /** Pixels; 36 when left out. */
  readonly size?: number
  readonly presence?: UserPresence["state"] | undefined
  /** What stands in place of the presence of someone who hides it: only oneself. */
  readonly invisibleLabel?: string | undefined
}

export const Avatar = (props: AvatarProps) => (
  <span class="ui-avatar" style={{ "--size": `${props.size ?? 36}px` }} data-tint={tintOf(props.userId)}>
    <span class="ui-avatar-face" aria-hidden="true">
      {initials(props.name)}
    </span>
    <Show when={props.invisibleLabel ?? props.presence}>
      <Show when={props.invisibleLabel} fallback={<KnownDot state={props.presence ?? "offline"} />}>
        {(label) => <PresenceDot state="offline" label={label()} />}
      </Show>
    </Show>
  </span>
)

const KnownDot = (props: { readonly state: UserPresence["state"] }) => {
  const app = useApp()
  return <PresenceDot state={props.state} label={app.i18n.t().presence.states[props.state]} />
}
