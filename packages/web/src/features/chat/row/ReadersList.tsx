/** The contents of the open list of readers: that it is loading, that it is unavailable, or the people. */
import type { UserId } from "@hibiki/core/domain/Ids"
import { For, type JSX, Match, onMount, Switch } from "solid-js"
import { Avatar } from "../../../ui/Avatar.tsx"
import { useConversation } from "../conversationModel.ts"

export interface ReadersListProps {
  readonly readers: ReadonlyArray<UserId> | "asking" | "gone"
  /** Called once it is in the page and has a size. */
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

/** Words of the list of readers, in both languages: they load with it, and not with the words of the first paint. */
const readersWords = {
  en: { none: "Nobody has read it yet.", loading: "Loading…", unavailable: "Can’t tell right now." },
  ja: { none: "まだだれも読んでいません。", loading: "読み込み中…", unavailable: "現在、確認できません。" }
} as const
