/** What the composer's text will be: an answer to something, or something written anew. */
import { type JSX, Show } from "solid-js"
import { Icon } from "../../../ui/Icon.tsx"
import { IconButton } from "../../../ui/IconButton.tsx"
import { useConversation } from "../conversationModel.ts"
import { replyPreview } from "../text/replyPreview.ts"

export const TaskBar = (props: { readonly onCancel: () => void }): JSX.Element => {
  const model = useConversation()
  const about = () => {
    const task = model.task()
    const words = model.words()
    switch (task.kind) {
      case "post":
        return undefined
      case "reply": {
        const row = model.row(task.to)
        const title = row === undefined ? words.act.reply : words.composer.replying(model.app.people.name(row.by))
        return { icon: "reply" as const, title, text: replyPreview(row?.text ?? "") }
      }
      case "edit":
        return { icon: "edit" as const, title: words.composer.editing, text: replyPreview(task.text) }
      case "rewrite":
        return { icon: "edit" as const, title: words.composer.editingUnsent, text: replyPreview(task.text) }
    }
  }
  return (
    <Show when={about()}>
      {(bar) => (
        <div class="task">
          <Icon name={bar().icon} small />
          <span class="task-title" dir="auto">
            {bar().title}
          </span>
          <bdi class="task-text">{bar().text}</bdi>
          <IconButton icon="close" label={model.words().act.cancel} onClick={() => props.onCancel()} />
        </div>
      )}
    </Show>
  )
}
