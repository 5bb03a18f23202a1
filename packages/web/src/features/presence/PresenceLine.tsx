/** A person's presence as a dot, words, and icons for the kinds of devices. */
import type { UserPresence } from "@hibiki/core/domain/Presence"
import { For } from "solid-js"
import type { PresenceWords } from "../../i18n/presenceWords.en.ts"
import { useApp } from "../../model/App.ts"
import { PresenceDot } from "../../ui/Avatar.tsx"
import { Icon } from "../../ui/Icon.tsx"
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

const DeviceKinds = (props: { readonly kinds: UserPresence["kinds"] }) => (
  <span class="presence-kinds">
    <For each={props.kinds}>{(kind) => <Icon name={kind} small />}</For>
  </span>
)

// A person's presence in one line of words. Pure.

/** `ago`: returns how long ago a moment was, in the page's language. */
export const presenceLine = (presence: UserPresence, ago: (at: number) => string, words: PresenceWords): string => {
  const { kinds, since, state } = presence
  switch (state) {
    case "active":
      return kinds.length === 0 ? words.states.active : words.activeOn(kinds.map((kind) => words.kinds[kind]))
    case "idle":
      return since === undefined ? words.states.idle : words.idleSince(ago(since))
    case "offline":
      return since === undefined ? words.states.offline : words.lastSeen(ago(since))
  }
}
