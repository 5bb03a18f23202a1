/**
 * The mention suggestions, over the timeline while the user types after a mention sign. The text area keeps the focus:
 * arrows select, Enter and Tab accept, Esc closes. A text area of several lines is no combobox. Its ARIA attributes
 * declare the completion, the list and the selected line.
 */

import type { UserId } from "@hibiki/core/domain/Ids"
import { mentionSigns } from "@hibiki/core/domain/Mentions"
import type { Person } from "@hibiki/core/domain/Person"
import {
  type Accessor,
  createEffect,
  createMemo,
  createSignal,
  createUniqueId,
  For,
  type JSX,
  on,
  onCleanup,
  onMount,
  Show
} from "solid-js"
import { Avatar } from "../../../ui/Avatar.tsx"
import { type ConversationModel, useConversation } from "../conversationModel.ts"
import { createFurtherMembers } from "../createFurtherMembers.ts"
import type { Members } from "../createMembers.ts"
import { replaceText } from "./composerKeys.ts"
import { mentionListWords } from "./mentionListWords.ts"
import {
  chosenPart,
  isWhole,
  type Mentionable,
  type MentionQuery,
  mentionAct,
  mentionable,
  mentionLines,
  mentionQuery,
  recentWriters,
  withMention
} from "./mentionRules.ts"
import "./MentionList.css"

/** The number of suggestions is announced after a typing pause this long. */
const pauseMs = 500

interface MentionListProps {
  readonly area: HTMLTextAreaElement
  /** The text in the area, whether the user or the code wrote it. */
  readonly text: Accessor<string>
  readonly members: Members
}

export const MentionList = (props: MentionListProps): JSX.Element => {
  const model = useConversation()
  const words = () => mentionListWords[model.app.i18n.language()]
  const id = createUniqueId()
  const query = createQuery(props.area, props.text)
  const people = createMentionables(model, props.members, () => query.now() !== undefined)
  // Messages that arrive meanwhile do not reorder the lines.
  const lines = createMemo<ReadonlyArray<Person>>(
    on([query.now, people], ([now, all]) =>
      now === undefined ? [] : mentionLines(all, now.chosen, recentWriters(model.open.view()))
    )
  )
  // In a large group the page does not know everybody. Learning these people lets it recognize the mention in the sent
  // text, whether it was accepted from the list or typed.
  createEffect(() => model.app.people.learn(lines()))
  const [pointed, point] = createSignal<UserId>()
  const active = createMemo(
    () =>
      lines().find(({ userId }) => userId === pointed()) ??
      (isWhole(lines(), query.now()?.typed ?? "") ? undefined : lines()[0])
  )
  createEffect(on(query.now, () => point(undefined), { defer: true }))
  const idOf = ({ userId }: Person) => `${id}-${userId}`
  const take = (person: Person) => {
    const now = query.now()
    if (now === undefined) return
    const { from, put, to } = withMention(props.area.value, now, person.handle)
    replaceText(props.area, from, to, put)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const act = lines().length === 0 ? undefined : mentionAct(event)
    if (act === undefined) return
    const line = active()
    const at = line === undefined ? -1 : lines().indexOf(line)
    const count = lines().length
    const taken = act === "tab" ? (line ?? lines()[0]) : line
    if (act === "next") point(lines()[(at + 1) % count]?.userId)
    else if (act === "previous") point(lines()[(Math.max(at, 0) + count - 1) % count]?.userId)
    else if (act === "close") query.close()
    else if (taken !== undefined) take(taken)
    else return
    event.preventDefault()
    // The composer and the frame handle the same keys.
    event.stopPropagation()
  }
  const completes = { "aria-autocomplete": "list", "aria-haspopup": "listbox" }
  onMount(() => {
    tell(props.area, true, completes)
    props.area.addEventListener("keydown", onKeyDown)
  })
  onCleanup(() => {
    tell(props.area, false, { ...completes, "aria-controls": id, "aria-activedescendant": id })
    props.area.removeEventListener("keydown", onKeyDown)
  })
  createEffect(
    on([lines, active], ([{ length }, line]) => {
      tell(props.area, length > 0, { "aria-controls": id, "aria-activedescendant": line && idOf(line) })
      if (line !== undefined) document.getElementById(idOf(line))?.scrollIntoView({ block: "nearest" })
    })
  )
  const count = createMemo(() => lines().length)
  createEffect(
    on(count, (offered) => {
      if (offered === 0) return
      const timer = setTimeout(() => model.app.announcer.say(words().offered(offered)), pauseMs)
      onCleanup(() => clearTimeout(timer))
    })
  )
  return (
    <Show when={lines().length > 0}>
      {/* The area keeps the focus, and a phone keeps its keyboard open. */}
      <div
        class="mention-list"
        id={id}
        role="listbox"
        aria-label={words().title}
        tabindex="-1"
        onMouseDown={(event) => event.preventDefault()}
      >
        <For each={lines()}>
          {(person) => (
            <button
              class="mention-line"
              type="button"
              id={idOf(person)}
              role="option"
              aria-selected={active()?.userId === person.userId}
              tabindex="-1"
              onPointerMove={() => active()?.userId !== person.userId && point(person.userId)}
              onClick={() => take(person)}
            >
              <Avatar userId={person.userId} name={person.displayName} size={24} />
              <span class="mention-name">
                <bdi>{person.displayName}</bdi>
                <span class="only-heard">{words().between}</span>
              </span>
              <bdi class="mention-handle">{`@${person.handle}`}</bdi>
            </button>
          )}
        </For>
      </div>
    </Show>
  )
}

const tell = (area: HTMLElement, isSo: boolean, attributes: Readonly<Record<string, string | undefined>>): void => {
  for (const [name, value] of Object.entries(attributes)) {
    if (isSo && value !== undefined) area.setAttribute(name, value)
    else area.removeAttribute(name)
  }
}

/** Words of the mention list, in both languages: they load with it. */

/**
 * The text being typed after a sign in a text area. Only typing starts a query. Moving the caret, writing by code and
 * Esc can only end it.
 */
interface Query {
  readonly now: Accessor<(MentionQuery & { readonly chosen: string }) | undefined>
  /** Closes the query until another sign is typed. */
  readonly close: () => void
}

/** `text`: the text in the area, whether the user or the code wrote it. */
const createQuery = (area: HTMLTextAreaElement, text: Accessor<string>): Query => {
  const [now, setNow] = createSignal<ReturnType<Query["now"]>>(undefined, {
    equals: (a, b) => a?.from === b?.from && a?.typed === b?.typed && a?.chosen === b?.chosen
  })
  let isComposing = false
  /** The position of the sign whose list the user closed. */
  let closed: number | undefined
  const here = () => {
    const query = area.selectionStart === area.selectionEnd ? mentionQuery(area.value, area.selectionStart) : undefined
    return query && { ...query, chosen: isComposing ? chosenPart(query.typed) : query.typed }
  }
  const typed = () => {
    const query = here()
    if (query?.from !== closed) closed = undefined
    setNow(closed === undefined ? query : undefined)
  }
  const moved = () => {
    const query = here()
    // The sign is gone, for example because the message was sent.
    if (closed !== undefined && !mentionSigns.some((sign) => area.value.startsWith(sign, closed))) closed = undefined
    setNow((before) => (before?.from === query?.from ? query : undefined))
  }
  const onInput = (event: Event) => {
    isComposing = event instanceof InputEvent && event.isComposing
    typed()
  }
  const onSelection = () => document.activeElement === area && moved()
  const onBlur = () => setNow(undefined)
  onMount(() => {
    area.addEventListener("input", onInput)
    // Some browsers fire no input event after it.
    area.addEventListener("compositionend", onInput)
    area.addEventListener("blur", onBlur)
    document.addEventListener("selectionchange", onSelection)
    // Handle the sign that made the list load.
    if (document.activeElement === area) typed()
  })
  onCleanup(() => {
    area.removeEventListener("input", onInput)
    area.removeEventListener("compositionend", onInput)
    area.removeEventListener("blur", onBlur)
    document.removeEventListener("selectionchange", onSelection)
  })
  createEffect(on(text, moved, { defer: true }))
  return {
    now,
    close: () => {
      closed = now()?.from
      setNow(undefined)
    }
  }
}

// The members that the user may mention in a conversation: those that the page has loaded, then the others once they
// have been requested.

/** Leaves out the user and the people they block. Before any member is known: the recent writers. */
const createMentionables = (
  model: ConversationModel,
  members: Members,
  wanted: Accessor<boolean>
): Accessor<ReadonlyArray<Mentionable>> => {
  const { app } = model
  const made = new WeakMap<Person, Mentionable>()
  const make = (person: Person): Mentionable => {
    const one = made.get(person) ?? mentionable(person)
    made.set(person, one)
    return one
  }
  const held = createMemo(
    () => members.list() ?? recentWriters(model.open.view()).flatMap((userId) => app.people.get(userId) ?? [])
  )
  const further = createFurtherMembers(model, members, wanted)
  return createMemo(() => {
    const left = new Set([...app.blocked(), model.me()])
    return [...held(), ...further.list()].flatMap((person) => {
      if (left.has(person.userId)) return []
      left.add(person.userId)
      return [make(person)]
    })
  })
}
