/** What open readers of a message show: that they are asked for, that they can't be told, or who they are. */
import type { UserId } from "@hibiki/core/domain/Ids"
import { For, type JSX, Match, onMount, Switch } from "solid-js"
import { Avatar } from "../../../ui/Avatar.tsx"
import { useConversation } from "../conversationModel.ts"

export interface ReadersListProps {
  readonly readers: ReadonlyArray<UserId> | "asking" | "gone"
  /** It stands in the page, and has a size. */
  readonly onShown: () => void
}

export const ReadersList = (props: ReadersListProps): JSX.Element => {
  const { app, words } = useConversation()
  const states = () => readersWords[app.i18n.language()]
  const list = () => (typeof props.readers === "string" ? [] : props.readers)
  onMount(() => props.onShown())
  return (
    <>
      <p class="readers-title">{words().readers.title}</p>
      <Switch>
        <Match when={props.readers === "asking"}>
          <p>{states().loading}</p>
        </Match>
        <Match when={props.readers === "gone"}>
          <p>{states().unavailable}</p>
        </Match>
        <Match when={list().length === 0}>
          <p>{states().none}</p>
        </Match>
        <Match when={list().length > 0}>
          <ul class="readers-list">
            <For each={list()}>
              {(userId) => (
                <li>
                  <Avatar userId={userId} name={app.people.name(userId)} size={24} />
                  <bdi>{app.people.name(userId)}</bdi>
                </li>
              )}
            </For>
          </ul>
        </Match>
      </Switch>
    </>
  )
}

/**
 * Words of the list of readers, in both languages: they come with it, and not with the words that everybody waits for.
 */
const readersWords = {
  en: { none: "Nobody has read it yet.", loading: "Loading…", unavailable: "Can’t tell right now." },
  ja: { none: "まだだれも読んでいません。", loading: "読み込み中…", unavailable: "現在、確認できません。" }
} as const
