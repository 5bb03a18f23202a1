/** Somebody's presence as a dot, words, and signs for the kinds of devices. */
import type { UserPresence } from "@hibiki/core/domain/Presence"
import { For } from "solid-js"
import { useApp } from "../../model/App.ts"
import { Icon } from "../../ui/Icon.tsx"
import { PresenceDot } from "../../ui/PresenceDot.tsx"
import { presenceLine } from "./presenceLine.ts"
import "./presence.css"

export const PresenceLine = (props: { readonly presence: UserPresence }) => {
  const app = useApp()
  const words = () => app.i18n.t().presence
  return (
    <span class="presence-line">
      <PresenceDot state={props.presence.state} label={words().states[props.presence.state]} />
      <span>{presenceLine(props.presence, (at) => app.i18n.ago(at, app.minute()), words())}</span>
      <DeviceKinds kinds={props.presence.kinds} />
    </span>
  )
}

export const DeviceKinds = (props: { readonly kinds: UserPresence["kinds"] }) => (
  <span class="presence-kinds">
    <For each={props.kinds}>{(kind) => <Icon name={kind} small />}</For>
  </span>
)
