/** One message, stored or pending. Both use the same elements, so that the one becomes the other without a flicker. */

import type { PendingPost } from "@hibiki/core/client/feed/FeedView"
import { isMentioned } from "@hibiki/core/domain/Mentions"
import { createMemo, createSignal, For, type JSX, Show, Suspense } from "solid-js"
import { lazy } from "../../../lib/lazy.ts"
import { Avatar } from "../../../ui/Avatar.tsx"
import { Icon } from "../../../ui/Icon.tsx"
import { Blocked } from "../../blocking/Blocked.tsx"
import { tell, useConversation, whenLive } from "../conversationModel.ts"
import { problemText } from "../problemText.ts"
import { FormattedText } from "../text/FormattedText.tsx"
import { plainText, replyPreview } from "../text/grammar.ts"
import type { PostItem } from "../timeline/timelineItems.ts"
import { isDeleting } from "./deletions.ts"
import { FoldedText, isLong } from "./FoldedText.tsx"
import { isUnkeptPost, type PendingAct, pendingActs, postState } from "./postState.ts"
import { Reactions } from "./Reactions.tsx"
import { type RowFocus, RowFrame } from "./RowFrame.tsx"
import { Readers, StateMark } from "./StateMark.tsx"
import "./rowActs.css"

/** Its actions need the live part, so its code loads then. */
export const RowActions = lazy(() => import("./RowActions.tsx").then((module) => module.RowActions))

export const PostRow = (props: { readonly item: PostItem; readonly focus: RowFocus }): JSX.Element => {
  const model = useConversation()
  const { app, words } = model
  const own = () => props.item.by === model.me()
  const row = () => props.item.row
  const text = () => props.item.row?.text ?? props.item.pending?.text ?? ""
  const deleted = () => row()?.deleted === true
  const deleting = () => row() !== undefined && isDeleting(model.id, row()?.seq ?? 0)
  const replyTo = () => (deleted() ? undefined : (row()?.replyTo ?? props.item.pending?.replyTo))
  const state = createMemo(() => postState(props.item, model.peer(), model.open.marks()))
  const hasReaders = () => shownState() && !deleting() && model.peer() === undefined && state() === "sent"
  let showReaders = () => {}
  const name = () => app.people.name(props.item.by)
  const shownState = () => own() && !deleted() && !model.notes()
  /**
   * The same rule as for the mention count: a message of another user, in a conversation where not every message is for
   * the reader anyway.
   */
  const mention = () => !own() && model.peer() === undefined && isMentioned(text(), model.self().handle)
  const stateText = () => {
    if (deleting()) return words().row.deleting
    if (mention()) return words().row.mention
    const known = state()
    return shownState() && known !== undefined ? words().state[known] : ""
  }
  const label = () =>
    words().timeline.row({
      author: name(),
      time: app.i18n.time(props.item.at),
      text: deleted()
        ? words().row.deleted
        : plainText(text()) + (row()?.editedAt === undefined ? "" : ` ${words().row.edited}`),
      state: stateText()
    })
  return (
    <RowFrame
      focus={props.focus}
      key={props.item.key}
      class="row-post"
      grouped={props.item.grouped}
      mention={mention()}
      label={label()}
      seq={row()?.seq}
      pending={props.item.pending?.state}
    >
      <Show
        when={!props.item.grouped}
        fallback={
          <time class="row-gutter" title={app.i18n.full(props.item.at)}>
            {app.i18n.time(props.item.at)}
          </time>
        }
      >
        <div class="row-face">
          <Avatar userId={props.item.by} name={name()} size={app.preferences.density() === "compact" ? 28 : 36} />
        </div>
      </Show>
      <div class="row-body" classList={{ "row-fading": deleting() }}>
        <Show when={!props.item.grouped}>
          <div class="row-head">
            <bdi class="row-name">{name()}</bdi>
            <time title={app.i18n.full(props.item.at)}>{app.i18n.time(props.item.at)}</time>
          </div>
        </Show>
        <Show when={replyTo()}>{(to) => <ReplyQuote to={to()} />}</Show>
        <div class="row-line">
          <Show
            when={!deleted()}
            fallback={
              <p class="row-deleted" data-deleted="">
                {words().row.deleted}
              </p>
            }
          >
            <Show when={isLong(text())} fallback={<FormattedText text={text()} />}>
              <FoldedText text={text()} key={props.item.key} wanted={props.focus.isMarked(props.item.key)} />
            </Show>
          </Show>
          <span class="row-tail">
            <Show when={!deleting()} fallback={<span class="row-deleting">{words().row.deleting}</span>}>
              <Show when={row()?.pinned}>
                <span class="row-pinned" title={words().row.pinned}>
                  <Icon name="pin" small />
                  <span class="only-heard">{words().row.pinned}</span>
                </span>
              </Show>
              <Show when={row()?.editedAt !== undefined && !deleted()}>
                <span class="row-edited" title={app.i18n.full(row()?.editedAt ?? 0)}>
                  {words().row.edited}
                </span>
              </Show>
              <Show when={shownState()}>
                <Show when={hasReaders()} fallback={<StateMark state={state()} />}>
                  <Readers
                    seq={row()?.seq ?? 0}
                    ref={(show) => {
                      showReaders = show
                    }}
                  />
                </Show>
              </Show>
            </Show>
          </span>
        </div>
        <Show when={row()}>{(stored) => <Reactions row={stored()} />}</Show>
        <Show when={props.item.pending}>{(post) => <PendingNote post={post()} />}</Show>
      </div>
      <Show when={props.focus.isActive(props.item.key) && !deleted() && !deleting() && row()}>
        {(stored) => (
          <Suspense>
            <RowActions row={stored()} onReaders={hasReaders() ? () => showReaders() : undefined} />
          </Suspense>
        )}
      </Show>
    </RowFrame>
  )
}

/**
 * A short quote of the message that this one answers; a press jumps to it. If the user blocks its author, the first
 * press shows it.
 */
const ReplyQuote = (props: { readonly to: number }): JSX.Element => {
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
      // A click made by a key has the detail 0: the focus then moves along, so that arrows continue from there.
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

/** The state of a message that is not stored yet, and its actions. */
const PendingNote = (props: { readonly post: PendingPost }): JSX.Element => {
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
        // A rejected message is written anew at the end of the conversation.
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
