/** A bare conversation, until the real screen stands here. */
import type { ConversationId } from "@hibiki/core/domain/Ids"
import { useParams } from "@solidjs/router"
import { For, Show } from "solid-js"
import { useApp } from "./App.ts"

export const ConversationStub = () => {
  const params = useParams()
  return (
    <Show when={params["id"]} keyed>
      {(id) => <Bare id={id as ConversationId} />}
    </Show>
  )
}

const Bare = (props: { readonly id: ConversationId }) => {
  const app = useApp()
  const open = app.openConversation(props.id)
  let input: HTMLInputElement | undefined
  return (
    <div>
      <div data-testid="timeline">
        <For each={open.view()?.entries}>
          {(entry) =>
            entry._tag === "row" ? (
              <article data-seq={entry.row.seq}>
                {app.people.name(entry.row.by)}: {entry.row.text}
              </article>
            ) : (
              <hr />
            )
          }
        </For>
        <For each={open.view()?.pending}>{(post) => <article data-pending={post.state}>{post.text}</article>}</For>
      </div>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          app.chat()?.client.post(props.id, input?.value ?? "")
        }}
      >
        <input ref={(node) => (input = node)} />
      </form>
    </div>
  )
}
