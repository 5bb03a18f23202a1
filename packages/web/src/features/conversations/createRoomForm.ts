/**
 * What is written of a room that is to be made. It outlives the tab that shows it: who looks at another one meanwhile
 * finds it again.
 */

import { Limits } from "@hibiki/core/domain/Limits"
import type { Person } from "@hibiki/core/domain/Person"
import { useNavigate } from "@solidjs/router"
import { type Accessor, createSignal } from "solid-js"
import { typedName } from "../../lib/typedName.ts"
import { useApp } from "../../model/App.ts"
import { freshCommandId } from "../chat/freshCommandId.ts"
import { callProblem } from "./callProblem.ts"
import { useFreshWords } from "./useFreshWords.ts"

type Kind = "group" | "channel"

export interface RoomForm {
  readonly kind: Accessor<Kind>
  readonly setKind: (kind: Kind) => void
  readonly title: Accessor<string>
  readonly setTitle: (title: string) => void
  readonly members: Accessor<ReadonlyArray<Person>>
  readonly add: (person: Person) => void
  readonly remove: (person: Person) => void
  readonly titleProblem: Accessor<string | undefined>
  readonly problem: Accessor<string | undefined>
  readonly busy: Accessor<boolean>
  readonly keepTitle: (node: HTMLInputElement) => void
  readonly onSubmit: (event: SubmitEvent) => void
}

/**
 * The id is made once for a form that did not get through, so that a second try makes no second room. Call within a
 * component.
 */
export const createRoomForm = (): RoomForm => {
  const app = useApp()
  const navigate = useNavigate()
  const words = useFreshWords()
  const [kind, setKind] = createSignal<Kind>("group")
  const [title, setTitle] = createSignal("")
  const [members, setMembers] = createSignal<ReadonlyArray<Person>>([])
  const [titleProblem, setTitleProblem] = createSignal<string>()
  const [problem, setProblem] = createSignal<string>()
  const [busy, setBusy] = createSignal(false)
  let input: HTMLInputElement | undefined
  let attempt: { readonly about: string; readonly id: ReturnType<typeof freshCommandId> } | undefined

  const submit = async () => {
    setProblem(undefined)
    const name = typedName(title())
    setTitleProblem(name === "" ? words().missingName : undefined)
    if (name === "") return input?.focus()
    const room = { kind: kind(), title: name, members: members().map(({ userId }) => userId) }
    const about = JSON.stringify(room)
    if (attempt?.about !== about) attempt = { about, id: freshCommandId() }
    const chat = await app.whenLive()
    const answer = await chat.call("conversation.create", { id: await attempt.id, ...room })
    if (answer.ok) return navigate(`/c/${answer.value.conversationId}`)
    const { error } = answer
    const isAway = error._tag === "Refused" && error.code === "not_found"
    setProblem(isAway ? words().memberAway : callProblem(error, app.i18n.t().conversations))
  }
  return {
    kind,
    setKind,
    title,
    setTitle,
    members,
    add: (person) => setMembers((kept) => [...kept, person].slice(0, Limits.usersPerCommand - 1)),
    remove: (person) => setMembers((kept) => kept.filter(({ userId }) => userId !== person.userId)),
    titleProblem,
    problem,
    busy,
    keepTitle: (node) => {
      input = node
    },
    onSubmit: (event) => {
      event.preventDefault()
      if (busy()) return
      setBusy(true)
      submit()
        .catch(() => setProblem(app.i18n.t().conversations.failed.unreachable))
        .finally(() => setBusy(false))
    }
  }
}
