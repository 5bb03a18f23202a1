/** Makes a group or a channel, with a name and its first members. */
import type { Person } from "@hibiki/core/domain/Conversation"
import { Limits } from "@hibiki/core/domain/Limits"
import { useNavigate } from "@solidjs/router"
import { createSignal, For, Show } from "solid-js"
import { useApp } from "../../app/App.ts"
import { Avatar } from "../../ui/Avatar.tsx"
import { Button } from "../../ui/Button.tsx"
import { Choice } from "../../ui/Choice.tsx"
import { Field } from "../../ui/Field.tsx"
import { FormProblem } from "../../ui/FormProblem.tsx"
import { Icon } from "../../ui/Icon.tsx"
import { freshCommandId } from "../chat/freshCommandId.ts"
import { callProblem } from "./callProblem.ts"
import { PersonSearch } from "./PersonSearch.tsx"

type Kind = "group" | "channel"

export const NewRoom = () => {
  const app = useApp()
  const words = () => app.i18n.t().conversations.fresh
  const [members, setMembers] = createSignal<ReadonlyArray<Person>>([])
  const without = () => {
    const session = app.session()
    return new Set([...members().map(({ userId }) => userId), ...(session._tag === "signedIn" ? [session.me.userId] : [])])
  }
  const form = createRoomForm(members)
  return (
    <form class="room-form" noValidate onSubmit={form.onSubmit}>
      <Choice
        label={words().kind}
        name="kind"
        chosen={form.kind()}
        onChoose={form.setKind}
        options={[
          { key: "group", label: words().group, hint: words().groupHint },
          { key: "channel", label: words().channel, hint: words().channelHint }
        ]}
      />
      <Field
        ref={form.keepTitle}
        label={words().name}
        value={form.title()}
        onInput={form.setTitle}
        autocomplete="off"
        maxlength={Limits.nameMax}
        required
        error={form.titleProblem()}
      />
      <Show when={members().length > 0}>
        <Members people={members()} onRemove={(person) => setMembers((kept) => kept.filter(({ userId }) => userId !== person.userId))} />
      </Show>
      <PersonSearch
        label={words().members}
        hint={words().membersHint}
        icon="plus"
        actLabel={words().add}
        clears
        without={without()}
        onChoose={(person) => setMembers((kept) => [...kept, person].slice(0, Limits.usersPerCommand - 1))}
      />
      <FormProblem text={form.problem()} />
      <Button kind="primary" type="submit" busy={form.busy()}>
        {words().create}
      </Button>
    </form>
  )
}

/** The id is made once for a form that did not get through, so that a second try makes no second room. */
const createRoomForm = (members: () => ReadonlyArray<Person>) => {
  const app = useApp()
  const navigate = useNavigate()
  const words = () => app.i18n.t().conversations.fresh
  const [kind, setKind] = createSignal<Kind>("group")
  const [title, setTitle] = createSignal("")
  const [titleProblem, setTitleProblem] = createSignal<string>()
  const [problem, setProblem] = createSignal<string>()
  const [busy, setBusy] = createSignal(false)
  let input: HTMLInputElement | undefined
  let attempt: { readonly about: string; readonly id: ReturnType<typeof freshCommandId> } | undefined

  const submit = async () => {
    setProblem(undefined)
    setTitleProblem(title().trim() === "" ? words().missingName : undefined)
    if (title().trim() === "") return input?.focus()
    const room = { kind: kind(), title: title().trim(), members: members().map(({ userId }) => userId) }
    const about = JSON.stringify(room)
    if (attempt?.about !== about) attempt = { about, id: freshCommandId() }
    const chat = await app.whenLive()
    const answer = await chat.call("conversation.create", { id: await attempt.id, ...room })
    if (answer.ok) navigate(`/c/${answer.value.conversationId}`)
    else setProblem(callProblem(answer.error, words()))
  }
  return {
    kind,
    setKind,
    title,
    setTitle,
    titleProblem,
    problem,
    busy,
    keepTitle: (node: HTMLInputElement) => {
      input = node
    },
    onSubmit: (event: SubmitEvent) => {
      event.preventDefault()
      if (busy()) return
      setBusy(true)
      submit()
        .catch(() => setProblem(words().failed.unreachable))
        .finally(() => setBusy(false))
    }
  }
}

const Members = (props: { readonly people: ReadonlyArray<Person>; readonly onRemove: (person: Person) => void }) => {
  const app = useApp()
  const words = () => app.i18n.t().conversations.fresh
  return (
    <ul class="room-members" aria-label={words().members}>
      <For each={props.people}>
        {(person) => (
          <li>
            <button class="room-member" type="button" title={words().remove} onClick={() => props.onRemove(person)}>
              <Avatar userId={person.userId} name={person.displayName} size={24} />
              <span>{person.displayName}</span>
              <span class="only-heard">{words().remove}</span>
              <Icon name="close" small />
            </button>
          </li>
        )}
      </For>
    </ul>
  )
}
