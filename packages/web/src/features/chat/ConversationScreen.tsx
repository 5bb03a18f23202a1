/** A conversation: its head, its timeline, its composer, and beside them its details. */
import type { ConversationId } from "@hibiki/core/domain/Ids"
import {
  type Accessor,
  createComputed,
  createEffect,
  createMemo,
  createSignal,
  type JSX,
  on,
  onCleanup,
  Show,
  Suspense,
  untrack
} from "solid-js"
import { later } from "../../lib/later.ts"
import { Blocked } from "../blocking/Blocked.tsx"
import { ConversationHeader } from "./ConversationHeader.tsx"
import { Composer } from "./composer/Composer.tsx"
import { type ConversationModel, ConversationProvider, createConversationModel, whenLive } from "./conversationModel.ts"
import { createMembers } from "./createMembers.ts"
import { EmptyTimeline } from "./EmptyTimeline.tsx"
import { LoadingTimeline } from "./LoadingTimeline.tsx"
import { leadTo, wanted } from "./leadTo.ts"
import { RowActions } from "./row/PostRow.tsx"
import { Timeline } from "./timeline/Timeline.tsx"
import "./conversation.css"

const Gone = later(() => import("./Gone.tsx").then((module) => module.Gone))
const DetailsPane = later(() => import("./details/DetailsPane.tsx").then((module) => module.DetailsPane))

export interface ConversationScreenProps {
  readonly conversationId: ConversationId
  /** Whether the details are open. */
  readonly details?: boolean
}

/** Another conversation is another screen: nothing of the former stays. */
export const ConversationScreen = (props: ConversationScreenProps): JSX.Element => (
  <Show when={props.conversationId} keyed>
    {(id) => <OneConversation id={id} details={props.details === true} />}
  </Show>
)

const OneConversation = (props: { readonly id: ConversationId; readonly details: boolean }): JSX.Element => {
  const model = createConversationModel(props.id)
  const members = createMembers(model)
  const gone = createGone(model)
  void whenLive(model).then(() => RowActions.preload())
  // Who goes before the place was shown comes back for something else.
  onCleanup(() => untrack(wanted)?.conversationId === model.id && leadTo(undefined))
  const blocked = createMemo(() => (model.app.blocked().has(model.peer()) ? model.summary()?.peer : undefined))
  let wasBlocked = false
  createComputed(() => {
    wasBlocked ||= blocked() !== undefined
  })
  let toggle: HTMLAnchorElement | undefined
  // Where the details covered the conversation, it is shown again first.
  const onClosed = () => queueMicrotask(() => toggle?.focus())
  return (
    <ConversationProvider value={model}>
      <section class="conversation" classList={{ "conversation-details": props.details }} aria-label={model.title()}>
        <Show
          when={!gone()}
          fallback={
            <Suspense>
              <Gone />
            </Suspense>
          }
        >
          <div class="conversation-main">
            <ConversationHeader
              members={members}
              details={props.details}
              toggle={(link) => {
                toggle = link
              }}
            />
            <div class="conversation-middle">
              <Timeline />
              <EmptyTimeline />
              <LoadingTimeline />
            </div>
            <Show when={blocked()} fallback={<Composer members={members} isBack={wasBlocked} />}>
              {(peer) => (
                <Suspense>
                  <Blocked person={peer()} />
                </Suspense>
              )}
            </Show>
          </div>
          <Show when={props.details}>
            <Suspense>
              <DetailsPane members={members} onClosed={onClosed} />
            </Suspense>
          </Show>
        </Show>
      </section>
    </ConversationProvider>
  )
}

/** A conversation that was made just now may be known a moment later than its address. */
const goneAfterMs = 3_000

const createGone = ({ app, summary }: ConversationModel): Accessor<boolean> => {
  const [gone, setGone] = createSignal(false)
  const absent = createMemo(
    () => summary() === undefined && app.conversations() !== undefined && app.connection()._tag === "live"
  )
  createEffect(
    on(absent, (is) => {
      setGone(false)
      if (!is) return
      const timer = setTimeout(() => setGone(true), goneAfterMs)
      onCleanup(() => clearTimeout(timer))
    })
  )
  return gone
}
