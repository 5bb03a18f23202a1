/** A conversation: its header, its timeline, its composer, and beside them its details. */
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
import { lazy } from "../../lib/lazy.ts"
import { EmptyState } from "../../ui/EmptyState.tsx"
import { passFocus } from "../../ui/focus.ts"
import { Mark } from "../../ui/Icon.tsx"
import { Blocked } from "../blocking/Blocked.tsx"
import { ConversationHeader } from "./ConversationHeader.tsx"
import { Composer } from "./composer/Composer.tsx"
import {
  type ConversationModel,
  ConversationProvider,
  createConversationModel,
  leadTo,
  postingIn,
  useConversation,
  wantedMessage,
  whenLive
} from "./conversationModel.ts"
import { createMembers } from "./createMembers.ts"
import { RowActions } from "./row/PostRow.tsx"
import { Timeline } from "./timeline/Timeline.tsx"
import "./conversation.css"
import "../../ui/EmptyState.css"

const ConversationNotFound = lazy(() =>
  import("./ConversationNotFound.tsx").then((module) => module.ConversationNotFound)
)
const DetailsPane = lazy(() => import("./details/DetailsPane.tsx").then((module) => module.DetailsPane))

interface ConversationScreenProps {
  readonly conversationId: ConversationId
  /** Whether the details are open. */
  readonly details?: boolean
}

/** Another conversation gets a new screen: nothing of the former remains. */
export const ConversationScreen = (props: ConversationScreenProps): JSX.Element => (
  <Show when={props.conversationId} keyed>
    {(id) => <OneConversation id={id} details={props.details === true} />}
  </Show>
)

const PostingNotice = lazy(() => import("./composer/PostingNotice.tsx").then((module) => module.PostingNotice))

const OneConversation = (props: { readonly id: ConversationId; readonly details: boolean }): JSX.Element => {
  const model = createConversationModel(props.id)
  const members = createMembers(model)
  const notFound = createNotFound(model)
  void whenLive(model).then(() => RowActions.preload())
  // A user who leaves before the timeline has shown the wanted message comes back for something else.
  onCleanup(() => untrack(wantedMessage)?.conversationId === model.id && leadTo(undefined))
  const blocked = createMemo(() => (model.app.blocked().has(model.peer()) ? model.summary()?.peer : undefined))
  const posting = createMemo(() => postingIn(model.summary()))
  let wasBlocked = false
  createComputed(() => {
    wasBlocked ||= blocked() !== undefined
  })
  let toggle: HTMLAnchorElement | undefined
  // If the details covered the conversation, it must be visible again first.
  const onClosed = () => queueMicrotask(() => toggle?.focus())
  return (
    <ConversationProvider value={model}>
      <section class="conversation" classList={{ "conversation-details": props.details }} aria-label={model.title()}>
        <Show
          when={!notFound()}
          fallback={
            <Suspense>
              <ConversationNotFound />
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
            <Show when={posting() !== "free"}>
              <Suspense>
                <PostingNotice />
              </Suspense>
            </Show>
            <Show
              when={blocked()}
              fallback={
                <Show when={posting() !== "kept"}>
                  <Composer members={members} isBack={wasBlocked} />
                </Show>
              }
            >
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

/** The summary of a new conversation may arrive a moment after its address is known. */
const notFoundAfterMs = 3_000

const createNotFound = ({ app, summary }: ConversationModel): Accessor<boolean> => {
  const [notFound, setNotFound] = createSignal(false)
  const absent = createMemo(
    () => summary() === undefined && app.conversations() !== undefined && app.connection()._tag === "live"
  )
  createEffect(
    on(absent, (is) => {
      setNotFound(false)
      if (!is) return
      const timer = setTimeout(() => setNotFound(true), notFoundAfterMs)
      onCleanup(() => clearTimeout(timer))
    })
  )
  return notFound
}

/** A conversation without messages. */
export const EmptyTimeline = (): JSX.Element => {
  const model = useConversation()
  const { words } = model
  const empty = createMemo(() => {
    const view = model.open.view()
    return view !== undefined && view.entries.length === 0 && view.pending.length === 0 && model.summary() !== undefined
  })
  const greet = () => void whenLive(model).then(({ client }) => client.post(model.id, words().timeline.greeting))
  return (
    <Show when={empty()}>
      <div class="conversation-empty" ref={passFocus(() => model.hands.focusComposer())}>
        <Show when={!model.notes()} fallback={<EmptyState text={words().timeline.notes} />}>
          <EmptyState
            text={words().timeline.empty(model.title())}
            act={{ label: words().timeline.greet, run: greet }}
          />
        </Show>
      </div>
    </Show>
  )
}

/** A conversation that is loading. The screen says so only after a noticeable time. */
export const noticedAfterMs = 300

const LoadingTimeline = (): JSX.Element => {
  const model = useConversation()
  const [shown, setShown] = createSignal(false)
  createEffect(
    on(
      () => model.open.view() === undefined,
      (waits) => {
        setShown(false)
        if (!waits) return
        const timer = setTimeout(() => {
          setShown(true)
          model.app.announcer.say(model.words().timeline.loading)
        }, noticedAfterMs)
        onCleanup(() => clearTimeout(timer))
      }
    )
  )
  return (
    <Show when={shown()}>
      <div class="conversation-empty" data-testid="timeline-loading" aria-hidden="true">
        <span class="ui-spinner">
          <Mark class="ui-spinner-mark" />
        </span>
      </div>
    </Show>
  )
}
