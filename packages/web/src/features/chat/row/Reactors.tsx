/** The people who reacted with an emoji, beside its button. Loaded when the user first points at one. */
import type { UserId } from "@hibiki/core/domain/Ids"
import type { MessageRow } from "@hibiki/core/domain/MessageRow"
import { createEffect, createMemo, createSignal, type JSX, on, onCleanup, onMount } from "solid-js"
import { isolated } from "../../../lib/names.ts"
import { placeBeside } from "../../../ui/Menu.tsx"
import { type ConversationModel, useConversation, whenLive } from "../conversationModel.ts"

/** The name of the signed-in user in the list. */
const youWords = { en: "You", ja: "自分" } as const

/** Maximum names; further people are only counted. */
const namedMost = 5
/**
 * Maximum answers in memory, so that names seen once are available without a connection. Beyond it the oldest are
 * dropped.
 */
const rememberedMost = 500

const remembered = new Map<string, ReadonlyArray<UserId>>()

const remember = (key: string, users: ReadonlyArray<UserId>): void => {
  remembered.delete(key)
  remembered.set(key, users)
  const [oldest] = remembered.size > rememberedMost ? remembered.keys() : []
  if (oldest !== undefined) remembered.delete(oldest)
}

export interface ReactorsProps {
  readonly id: string
  readonly row: MessageRow
  readonly emoji: string
  readonly anchor: HTMLElement
  /** Whether screen readers announce it: the focus is on the button. */
  readonly heard: boolean
  readonly onClose: () => void
}

export const Reactors = (props: ReactorsProps): JSX.Element => {
  const model = useConversation()
  const reaction = () => props.row.reactions?.find(({ emoji }) => emoji === props.emoji)
  const [users, setUsers] = createSignal<ReadonlyArray<UserId>>()
  const [isAnswered, setAnswered] = createSignal(false)
  const text = createMemo(() => {
    const { count = 0, mine = false } = reaction() ?? {}
    const names = namesOf(model, users() ?? [], mine)
    const words = model.words()
    return names.length === 0
      ? words.row.reaction(props.emoji, count, mine)
      : `${props.emoji} ${words.names(names, count - names.length)}`
  })
  let panel: HTMLDivElement | undefined
  let run = 0
  const ask = async () => {
    const mine = ++run
    const { emoji, row } = props
    const key = [model.me(), model.id, row.seq, emoji].join()
    setUsers(remembered.get(key))
    const chat = await whenLive(model)
    const answer = await chat.call("history.reactors", { conversationId: model.id, seq: row.seq, emoji })
    if (answer.ok) remember(key, answer.value)
    if (mine !== run) return
    if (answer.ok) setUsers(answer.value)
    setAnswered(true)
  }
  createEffect(on([() => props.emoji, () => props.row.seq, () => props.row.rev], () => void ask()))
  createEffect(
    on([text, () => props.anchor, isAnswered], ([now, anchor, isWhole]) => {
      if (panel !== undefined) placeBeside(anchor, panel)
      // By then the screen reader has read the button itself.
      if (props.heard && isWhole) model.app.announcer.say(now)
    })
  )
  const onPointerDown = (event: PointerEvent) => {
    if (event.target instanceof Node && !props.anchor.contains(event.target)) props.onClose()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") props.onClose()
  }
  onMount(() => {
    panel?.showPopover()
    if (panel !== undefined) placeBeside(props.anchor, panel)
    document.addEventListener("pointerdown", onPointerDown)
    document.addEventListener("keydown", onKeyDown)
  })
  onCleanup(() => {
    run++
    document.removeEventListener("pointerdown", onPointerDown)
    document.removeEventListener("keydown", onKeyDown)
  })
  return (
    <div
      ref={(node) => {
        panel = node
      }}
      id={props.id}
      class="reactors"
      popover="manual"
      role="tooltip"
    >
      {text()}
    </div>
  )
}

/** The signed-in user comes first. Blocked people count among the others. */
const namesOf = (
  { app, me }: ConversationModel,
  users: ReadonlyArray<UserId>,
  mine: boolean
): ReadonlyArray<string> => {
  const others = users.filter((userId) => userId !== me() && !app.blocked().has(userId))
  const shown = others.slice(0, mine ? namedMost - 1 : namedMost).map((userId) => isolated(app.people.name(userId)))
  return mine && users.length > 0 ? [youWords[app.i18n.language()], ...shown] : shown
}
