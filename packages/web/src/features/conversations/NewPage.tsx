/** Starts a conversation: with one person, with several, or in an existing channel. */

import { Limits } from "@hibiki/core/domain/Limits"
import type { Person } from "@hibiki/core/domain/Person"
import { useNavigate } from "@solidjs/router"
import { type Accessor, createSignal, For, Match, Show, Switch } from "solid-js"
import { freshCommandId } from "../../lib/ids.ts"
import { isolated, typedName } from "../../lib/names.ts"
import { useApp } from "../../model/App.ts"
import type { Answer } from "../../runtime/Chat.ts"
import { Avatar } from "../../ui/Avatar.tsx"
import { Button } from "../../ui/Button.tsx"
import { Choice } from "../../ui/Choice.tsx"
import { Field, FormProblem } from "../../ui/Field.tsx"
import { focusFirst, leaveRow, passFocus } from "../../ui/focus.ts"
import type { IconName } from "../../ui/Icon.tsx"
import { Icon } from "../../ui/Icon.tsx"
import { Page } from "../../ui/Page.tsx"
import { Tabs } from "../../ui/Tabs.tsx"
import { BlockedLine } from "../blocking/Blocking.tsx"
import { blockingWords } from "../blocking/blockingWords.ts"
import { callProblem } from "./callProblem.ts"
import { createFind, FoundList, PersonSearch } from "./PersonSearch.tsx"
import { useNewConversationWords } from "./useNewConversationWords.ts"
import "./NewPage.css"

type TabKey = "person" | "room" | "channels"

export const NewPage = () => {
  const words = useNewConversationWords()
  const [tab, setTab] = createSignal<TabKey>("person")
  const room = createRoomForm()
  const tabs = () => (["person", "room", "channels"] as const).map((key) => ({ key, label: words().tabs[key] }))
  return (
    <Page title={words().title}>
      <Tabs label={words().title} tabs={tabs()} chosen={tab()} onChoose={setTab}>
        <Switch>
          <Match when={tab() === "person"}>
            <FindPerson />
          </Match>
          <Match when={tab() === "room"}>
            <NewRoom form={room} />
          </Match>
          <Match when={tab() === "channels"}>
            <FindChannels />
          </Match>
        </Switch>
      </Tabs>
    </Page>
  )
}

/**
 * Finds a person and opens the conversation with them, or the one with oneself. A user with the right to do so can
 * invite people who have no account yet.
 */
const FindPerson = () => {
  const app = useApp()
  const navigate = useNavigate()
  const words = useNewConversationWords()
  const [problem, setProblem] = createSignal<string>()
  /** The chosen person, whom the user blocks. */
  const [blocked, setBlocked] = createSignal<Person>()
  const me = () => {
    const session = app.session()
    return session._tag === "signedIn" ? session.me : undefined
  }
  const open = async (person: Person) => {
    setProblem(undefined)
    const chat = await app.whenLive()
    const answer = await chat.call("conversation.openDirect", { userId: person.userId })
    if (answer.ok) return navigate(`/c/${answer.value.conversationId}`)
    const { error } = answer
    const isBlocked = error._tag === "Refused" && error.code === "forbidden"
    setBlocked(isBlocked ? person : undefined)
    if (!isBlocked) setProblem(callProblem(error, app.i18n.t().conversations))
  }
  const choose = (person: Person) => {
    open(person).catch(() => setProblem(app.i18n.t().conversations.failed.unreachable))
  }
  const goOn = () => {
    const person = blocked()
    if (person !== undefined) choose(person)
  }
  const toInput = () => {
    const input = document.querySelector<HTMLElement>(".find input")
    if (input !== null) focusFirst(input)
  }
  const before = (
    <Show when={me()}>
      {(own) => (
        <>
          <Step icon="note" name={words().notesAct} hint={words().notesHint} onTake={() => choose(own())} />
          <Show when={own().admin}>
            <Step
              icon="add"
              name={app.i18n.t().conversations.invite}
              hint={words().inviteHint}
              onTake={() => navigate("/settings#invites")}
            />
          </Show>
        </>
      )}
    </Show>
  )
  return (
    <>
      <PersonSearch
        focus
        label={words().person}
        hint={words().personHint}
        icon="forward"
        actLabel={words().talk}
        without={new Set()}
        onChoose={choose}
        before={before}
      />
      <div role="alert">
        <Show when={blocked()}>
          {(person) => (
            <div ref={passFocus(toInput)}>
              <BlockedLine
                text={blockingWords[app.i18n.language()].talk(isolated(person().displayName))}
                userId={person().userId}
                onUnblocked={goOn}
              />
            </div>
          )}
        </Show>
      </div>
      <FormProblem text={problem()} />
    </>
  )
}

interface StepProps {
  readonly icon: IconName
  readonly name: string
  readonly hint: string
  readonly onTake: () => void
}

const Step = (props: StepProps) => (
  <button class="find-row find-notes" type="button" onClick={() => props.onTake()}>
    <span class="list-glyph" aria-hidden="true">
      <Icon name={props.icon} />
    </span>
    <span class="find-name">{props.name}</span>
    <span class="find-handle">{props.hint}</span>
    <Icon name="forward" small />
  </button>
)

/** Creates a group or a channel, with a name and its first members. */
const NewRoom = (props: { readonly form: RoomForm }) => {
  const app = useApp()
  const words = useNewConversationWords()
  const without = () => {
    const session = app.session()
    return new Set([
      ...props.form.members().map(({ userId }) => userId),
      ...(session._tag === "signedIn" ? [session.me.userId] : [])
    ])
  }
  return (
    <form class="room-form" noValidate onSubmit={(event) => props.form.onSubmit(event)}>
      <Choice
        label={words().kind}
        name="kind"
        chosen={props.form.kind()}
        onChoose={props.form.setKind}
        options={[
          { key: "group", label: words().group, hint: words().groupHint },
          { key: "channel", label: words().channel, hint: words().channelHint }
        ]}
      />
      <Field
        ref={props.form.keepTitle}
        label={words().name}
        value={props.form.title()}
        onInput={props.form.setTitle}
        autocomplete="off"
        maxlength={Limits.nameMax}
        required
        error={props.form.titleProblem()}
      />
      <Show when={props.form.members().length > 0}>
        <Members people={props.form.members()} onRemove={props.form.remove} />
      </Show>
      <PersonSearch
        label={words().members}
        hint={words().membersHint}
        icon="plus"
        actLabel={words().add}
        clears
        without={without()}
        onChoose={props.form.add}
      />
      <FormProblem text={props.form.problem()} />
      <Button kind="primary" type="submit" busy={props.form.busy()}>
        {words().create}
      </Button>
    </form>
  )
}

const Members = (props: { readonly people: ReadonlyArray<Person>; readonly onRemove: (person: Person) => void }) => {
  const words = useNewConversationWords()
  return (
    <ul class="room-members" aria-label={words().members}>
      <For each={props.people}>
        {(person) => (
          <li>
            <button
              class="room-member"
              type="button"
              title={words().remove}
              onClick={({ currentTarget }) => {
                leaveRow(currentTarget.closest("li"), ".room-form .find input")
                props.onRemove(person)
              }}
            >
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

// The form for a new group or channel. It outlives the tab that shows it, so that a user who looks at another tab finds
// it again.

type Kind = "group" | "channel"

interface RoomForm {
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
 * Creates the id once per form, so that a second try after a failure does not create a second room. Call within a
 * component.
 */
const createRoomForm = (): RoomForm => {
  const app = useApp()
  const navigate = useNavigate()
  const words = useNewConversationWords()
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

// The server's channels: found by the beginning of their title, joined with one press.

type Channel = Answer<"conversation.channels">[number]

const channelsAtMost = 50

const FindChannels = () => {
  const app = useApp()
  const navigate = useNavigate()
  const words = useNewConversationWords()
  const [query, setQuery] = createSignal("")
  const [problem, setProblem] = createSignal<string>()
  const find = async (prefix: string) => {
    const chat = await app.whenLive()
    const answer = await chat.call("conversation.channels", { prefix, limit: channelsAtMost })
    return answer.ok ? answer.value : undefined
  }
  const { again, found } = createFind(query, find, true)
  const join = async (channel: Channel) => {
    setProblem(undefined)
    if (!channel.joined) {
      const chat = await app.whenLive()
      const answer = await chat.call("conversation.join", {
        id: await freshCommandId(),
        conversationId: channel.conversationId
      })
      // The user joined from another device meanwhile, which has the wanted result.
      const code = answer.ok || answer.error._tag !== "Refused" ? undefined : answer.error.code
      if (code === "banned") return setProblem(words().bannedFromChannel)
      if (!answer.ok && code !== "no_change") return setProblem(callProblem(answer.error, app.i18n.t().conversations))
    }
    navigate(`/c/${channel.conversationId}`)
  }
  let input: HTMLInputElement | undefined
  const none = () => (query().trim() === "" ? words().channelsNone : words().channelsNoneFor(query().trim()))
  return (
    <div class="find">
      <Field
        ref={(node) => {
          input = node
          focusFirst(node)
        }}
        type="search"
        label={words().channelsFilter}
        value={query()}
        onInput={setQuery}
        autocomplete="off"
        spellcheck={false}
        enterkeyhint="search"
      />
      <FormProblem text={problem()} />
      <FoundList found={found} again={again} input={() => input} none={none()}>
        {(channels) => (
          <ul class="page-rows">
            <For each={channels()}>
              {(channel) => (
                <ChannelRow
                  channel={channel}
                  onJoin={() => join(channel).catch(() => setProblem(app.i18n.t().conversations.failed.unreachable))}
                />
              )}
            </For>
          </ul>
        )}
      </FoundList>
    </div>
  )
}

const ChannelRow = (props: { readonly channel: Channel; readonly onJoin: () => void }) => {
  const words = useNewConversationWords()
  const label = () => (props.channel.joined ? words().openNamed : words().joinNamed)(props.channel.title)
  return (
    <li class="channel-row">
      <span class="list-glyph" aria-hidden="true">
        <Icon name="channel" />
      </span>
      <span class="find-name">{props.channel.title}</span>
      <span class="find-handle">{words().memberCount(props.channel.members)}</span>
      <Button kind={props.channel.joined ? "plain" : "primary"} onClick={() => props.onJoin()}>
        <span aria-hidden="true">{props.channel.joined ? words().open : words().join}</span>
        <Show when={label()}>
          <span class="only-heard">{label()}</span>
        </Show>
      </Button>
    </li>
  )
}
