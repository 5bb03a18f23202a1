/**
 * The message that another one answers, in short: leads there. Of somebody whom one blocks it is shown first, by a
 * press.
 */
import { createMemo, createSignal, type JSX, Show, Suspense } from "solid-js"
import { Icon } from "../../../ui/Icon.tsx"
import { Blocked } from "../../blocking/Blocked.tsx"
import { useConversation } from "../conversationModel.ts"
import { replyPreview } from "../text/replyPreview.ts"

export const ReplyQuote = (props: { readonly to: number }): JSX.Element => {
  const model = useConversation()
  const [asked, setAsked] = createSignal(false)
  const target = createMemo(() => model.row(props.to))
  const folded = () => !asked() && target()?.deleted !== true && model.app.blocked().has(target()?.by)
  const text = () => {
    const row = target()
    if (row === undefined) return model.words().row.replyUnknown
    return row.deleted === true ? model.words().row.replyDeleted : replyPreview(row.text ?? "")
  }
  const author = () => {
    const row = target()
    return row === undefined ? undefined : model.app.people.name(row.by)
  }
  return (
    <button
      type="button"
      class="quote"
      tabindex="-1"
      // A click that a key made counts 0: the focus goes along then, so that arrows go on from there.
      onClick={(event) => (folded() ? setAsked(true) : model.hands.jumpTo(props.to, event.detail === 0))}
    >
      <Icon name="reply" small />
      <Show
        when={!folded()}
        fallback={
          <Suspense>
            <Blocked quote />
          </Suspense>
        }
      >
        <span class="only-heard">{author() === undefined ? "" : model.words().row.replyTo(author() ?? "")} </span>
        <bdi class="quote-author" aria-hidden="true">
          {author()}
        </bdi>
        <bdi class="quote-text">{text()}</bdi>
      </Show>
    </button>
  )
}
