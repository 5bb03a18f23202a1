/** The blocked people, each with a button to unblock. */
import { For, type JSX, Show } from "solid-js"
import { useApp } from "../../model/App.ts"
import { Avatar } from "../../ui/Avatar.tsx"
import { passFocus } from "../../ui/focus.ts"
import { UnblockButton } from "./Blocking.tsx"
import { blockingWords } from "./blockingWords.ts"
import "./blocking.css"

export const BlockedPeople = (): JSX.Element => {
  const app = useApp()
  const words = () => blockingWords[app.i18n.language()]
  let list: HTMLElement | undefined
  let none: HTMLElement | undefined
  /** Moves the focus from a removed line to the one in its place, or to the last, or to the text that there is none. */
  const toLine = (place: number) => {
    const buttons = [...(list?.querySelectorAll("button") ?? [])]
    const next = list?.isConnected === true ? (buttons[place] ?? buttons.at(-1)) : none
    next?.focus()
  }
  return (
    <Show
      when={app.blocked().size > 0}
      fallback={
        <p
          ref={(node) => {
            none = node
          }}
          class="page-note"
          tabindex="-1"
        >
          {words().none}
        </p>
      }
    >
      <ul
        ref={(node) => {
          list = node
        }}
        class="blocked-people"
      >
        <For each={[...app.blocked()].filter((userId) => userId !== undefined)}>
          {(userId, place) => (
            <li class="blocked-line" ref={passFocus(() => toLine(place()))}>
              <Avatar userId={userId} name={app.people.name(userId)} size={28} />
              <bdi class="blocked-name">{app.people.name(userId)}</bdi>
              <UnblockButton userId={userId} />
            </li>
          )}
        </For>
      </ul>
    </Show>
  )
}
