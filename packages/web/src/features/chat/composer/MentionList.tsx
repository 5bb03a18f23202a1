/**
 * Whom to mention, over the timeline while one types after a sign. The text area keeps the focus: arrows choose, Enter
 * and Tab take, Esc closes. An area of several lines is no combobox: it says that it completes, and which line of which
 * list is chosen.
 */
import type { UserId } from "@hibiki/core/domain/Ids"
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
import { useConversation } from "../conversationModel.ts"
import type { Members } from "../createMembers.ts"
import { createMentionables } from "./createMentionables.ts"
import { createQuery } from "./createQuery.ts"
import { mentionListWords } from "./mentionListWords.ts"
import { isWhole, mentionAct, mentionLines, recentWriters, withMention } from "./mentionRules.ts"
import { replaceText } from "./replaceText.ts"
import "./MentionList.css"

/** How many there are is said when nothing more was typed for so long. */
const pauseMs = 500

export interface MentionListProps {
  readonly area: HTMLTextAreaElement
  /** What stands in it, by whomever it was written. */
  readonly text: Accessor<string>
  readonly members: Members
}

export const MentionList = (props: MentionListProps): JSX.Element => {
  const model = useConversation()
  const words = () => mentionListWords[model.app.i18n.language()]
  const id = createUniqueId()
  const query = createQuery(props.area, props.text)
  const people = createMentionables(model, props.members, () => query.now() !== undefined)
  // What comes in meanwhile moves nothing under the eye.
  const lines = createMemo<ReadonlyArray<Person>>(
    on([query.now, people], ([now, all]) =>
      now === undefined ? [] : mentionLines(all, now.chosen, recentWriters(model.open.view()))
    )
  )
  // In a large group the page has not met everybody: by this it tells the mention in what is sent, whether it was taken
  // or typed.
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
    // The composer and the frame take the same keys.
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
      {/* The area keeps the focus, and a phone its keyboard. */}
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
