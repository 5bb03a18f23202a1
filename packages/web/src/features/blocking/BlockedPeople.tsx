/** Whom one blocks, each with the end of it. */
import { For, type JSX, Show } from "solid-js"
import { useApp } from "../../app/App.ts"
import { Avatar } from "../../ui/Avatar.tsx"
import { blockingWords } from "./blockingWords.ts"
import { UnblockButton } from "./UnblockButton.tsx"
import "./blocking.css"

export const BlockedPeople = (): JSX.Element => {
  const app = useApp()
  const words = () => blockingWords[app.i18n.language()]
  return (
    <Show when={app.blocked().size > 0} fallback={<p class="page-note">{words().none}</p>}>
      <ul class="blocked-people">
        <For each={[...app.blocked()].filter((userId) => userId !== undefined)}>
          {(userId) => (
            <li class="blocked-line">
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
