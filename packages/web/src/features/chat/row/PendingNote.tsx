/** What is to be known of a message that is not stored yet, and what can be done with it. */
import type { PendingPost } from "@hibiki/core/client/feed/FeedView"
import { For, type JSX, Show } from "solid-js"
import { useConversation, whenLive } from "../conversationModel.ts"
import { problemText } from "../problemText.ts"
import { type PendingAct, pendingActs } from "../timeline/pendingActs.ts"
import { isUnkeptPost } from "./postState.ts"
import { tell } from "./react.ts"
import "./note.css"

export const PendingNote = (props: { readonly post: PendingPost }): JSX.Element => {
  const model = useConversation()
  const text = () => {
    const { code, state, unanswered, unkept } = props.post
    const words = model.words()
    if (unkept === "writing") return ""
    if (isUnkeptPost(props.post)) return words.state.unkept
    if (state === "failed") return `${words.state.failed}: ${problemText(words, code)}`
    if (state === "queued") return words.state.queued
    if (state === "withdrawn") return words.state.withdrawing
    return state === "sent" && unanswered ? words.state.unanswered : ""
  }
  const run = async (act: PendingAct) => {
    const { client } = await whenLive(model)
    const { id, text: written } = props.post
    switch (act) {
      case "sendAgain":
        return tell(model, client.retry(id))
      case "tryNow":
        return client.retryNow()
      case "edit":
        if (props.post.state === "queued") {
          model.setTask({ kind: "rewrite", id, text: written })
          return model.hands.focusComposer()
        }
        // A refused one is written anew, at its end of the conversation.
        model.hands.suggest(written)
        client.withdraw(id)
        return
      case "discard":
      case "takeBack": {
        const code = client.withdraw(id)
        if (code !== undefined) model.app.toasts.show({ text: problemText(model.words(), code) })
        return
      }
    }
  }
  return (
    <Show when={text() !== ""}>
      <p class="note" data-state={props.post.state}>
        <span>{text()}</span>
        <span class="note-acts">
          <For each={pendingActs(props.post)}>
            {(act) => (
              <button type="button" class="note-act" tabindex="-1" onClick={() => void run(act)}>
                {model.words().act[act]}
              </button>
            )}
          </For>
        </span>
      </p>
    </Show>
  )
}
