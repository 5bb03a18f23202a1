/** The pane beside a conversation with its members and settings. Loaded when it is first opened. */

import type { ConversationSummary } from "@hibiki/core/domain/Conversation"
import { type FlagCommandKind, flagSetBy } from "@hibiki/core/domain/Flags"
import { Limits } from "@hibiki/core/domain/Limits"
import { isBlank } from "@hibiki/core/domain/TextRules"
import { useNavigate } from "@solidjs/router"
import { createEffect, createSignal, type JSX, Match, on, onCleanup, onMount, Show, Switch, untrack } from "solid-js"
import { typedName } from "../../../lib/names.ts"
import { useApp } from "../../../model/App.ts"
import { Avatar } from "../../../ui/Avatar.tsx"
import { BackLink } from "../../../ui/BackLink.tsx"
import { Button } from "../../../ui/Button.tsx"
import { ToggleSwitch } from "../../../ui/Choice.tsx"
import { Field } from "../../../ui/Field.tsx"
import { focusFirst } from "../../../ui/focus.ts"
import { Icon } from "../../../ui/Icon.tsx"
import { PaneSplitter } from "../../../ui/PaneSplitter.tsx"
import { createNarrow } from "../../../ui/panes.ts"
import { BlockPeer } from "../../blocking/Blocking.tsx"
import { PresenceLine } from "../../presence/PresenceLine.tsx"
import { isManager, useConversation } from "../conversationModel.ts"
import type { Members } from "../createMembers.ts"
import { systemText } from "../text/systemText.ts"
import { AddPeople } from "./AddPeople.tsx"
import { BanList } from "./BanList.tsx"
import { ChangeProblem, ConfirmDialog, createChange } from "./createChange.tsx"
import { flagWords } from "./flagWords.ts"
import { leaveWords } from "./leaveWords.ts"
import { MemberList } from "./MemberList.tsx"
import { PinList } from "./PinList.tsx"
import { Rules } from "./Rules.tsx"
import { renameWords } from "./renameWords.ts"
import "./details.css"

interface DetailsPaneProps {
  readonly members: Members
  /** Called when the pane closes with the focus in it, so that the caller can move the focus. */
  readonly onClosed: () => void
}

export const DetailsPane = (props: DetailsPaneProps): JSX.Element => {
  const app = useApp()
  const model = useConversation()
  const { words } = model
  const covers = createNarrow(2)
  let pane: HTMLElement | undefined
  let title: HTMLHeadingElement | undefined
  onMount(() => {
    // The pane replaces the conversation, so nothing else can have the focus.
    if (covers()) title?.focus()
  })
  onCleanup(() => {
    if (pane?.contains(document.activeElement) === true) props.onClosed()
  })
  return (
    <aside
      ref={(node) => {
        pane = node
      }}
      class="details"
      id="details"
      aria-label={words().details.title}
      data-pane="details"
    >
      <Show when={!covers()}>
        <PaneSplitter
          pane="details"
          controls="details"
          label={words().details.width}
          width={app.preferences.paneWidths.details}
        />
      </Show>
      <header class="details-head">
        <h2
          ref={(node) => {
            title = node
          }}
          tabindex="-1"
          data-pane-focus=""
        >
          {words().details.title}
        </h2>
        <BackLink
          class="ui-icon-button"
          href={`/c/${model.id}`}
          aria-label={words().details.close}
          title={words().details.close}
        >
          <Icon name="close" />
        </BackLink>
      </header>
      <div class="details-body">
        <Switch>
          <Match when={model.notes()}>
            <p class="details-hint">{words().timeline.notes}</p>
            <FlagSwitch of="favourite" />
            <PinList />
          </Match>
          <Match when={model.summary()?.kind === "direct"}>
            <Peer />
            <FlagSwitch of="favourite" />
            <FlagSwitch of="mute" />
            <PinList />
          </Match>
          <Match when={model.summary()}>
            <Group members={props.members} />
          </Match>
        </Switch>
      </div>
    </aside>
  )
}

const Peer = (): JSX.Element => {
  const model = useConversation()
  const presence = () => {
    const peer = model.peer()
    return peer === undefined ? undefined : model.app.presence.of(peer)
  }
  return (
    <Show when={model.summary()?.peer}>
      {(peer) => (
        <div class="details-peer">
          <Avatar userId={peer().userId} name={peer().displayName} size={72} presence={presence()?.state} />
          <p class="details-name" dir="auto">
            {peer().displayName}
          </p>
          <p class="details-hint">{`@${peer().handle}`}</p>
          <Show when={presence()}>{(known) => <PresenceLine presence={known()} />}</Show>
          <BlockPeer person={peer()} />
        </div>
      )}
    </Show>
  )
}

const Group = (props: { readonly members: Members }): JSX.Element => {
  const model = useConversation()
  const { words } = model
  const [adding, setAdding] = createSignal(false)
  const [leaving, setLeaving] = createSignal(false)
  const mayManage = () => isManager(model.summary()?.role)
  return (
    <>
      <Show when={mayManage()} fallback={<p class="details-name">{model.title()}</p>}>
        <RenameForm />
      </Show>
      <div class="details-acts">
        <Show when={mayAdd(model.summary())}>
          <Button onClick={() => setAdding(true)}>
            <Icon name="add" small />
            {words().details.add}
          </Button>
        </Show>
        <Button kind="danger" onClick={() => setLeaving(true)}>
          {words().details.leave}
        </Button>
      </div>
      <FlagSwitch of="favourite" />
      <FlagSwitch of="mute" />
      <PinList />
      <MemberList members={props.members} />
      <Show when={mayManage()}>
        <BanList />
        <Rules />
      </Show>
      <AddPeople open={adding()} onClose={() => setAdding(false)} members={props.members} />
      <LeaveDialog open={leaving()} members={props.members} onClose={() => setLeaving(false)} />
    </>
  )
}

/** Whether the rules let this member add others. */
const mayAdd = (line: ConversationSummary | undefined): boolean =>
  line?.closed === undefined && (line?.rules?.add !== "admins" || isManager(line.role))

/** The conversation's name, edited in place. */
export const RenameForm = (): JSX.Element => {
  const model = useConversation()
  const { words } = model
  const own = () => renameWords[model.app.i18n.language()]
  const change = createChange(model)
  // Undefined while the input has no text that differs from the present name. Another user's change then shows, but
  // never replaces typed text.
  const [typed, setTyped] = createSignal<string>()
  /** The name from the typed text. */
  const name = () => typedName(typed() ?? "")
  createEffect(
    on(model.title, (now) => {
      if (untrack(name) === now) setTyped(undefined)
    })
  )
  const title = () => typed() ?? model.title()
  let input: HTMLInputElement | undefined
  const changed = () => name() !== model.title() && !isBlank(name())
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    if (!changed()) return
    const fresh = name()
    if (!(await change.run((chat, base) => chat.call("conversation.rename", { ...base, title: fresh })))) return
    model.app.announcer.say(
      systemText({ kind: "renamed", by: model.me(), title: fresh }, model.app.people.name, words())
    )
    // The button that had the focus disappears.
    if (
      input !== undefined &&
      (document.activeElement === document.body || input.form?.contains(document.activeElement))
    )
      focusFirst(input)
  }
  return (
    <form class="details-rename" onSubmit={(event) => void submit(event)}>
      <Field
        ref={(node) => {
          input = node
        }}
        label={own().label}
        value={title()}
        onInput={setTyped}
        maxlength={Limits.nameMax}
        autocomplete="off"
        error={change.problem()}
      />
      <Show when={changed()}>
        <Button type="submit" kind="primary" busy={change.busy()}>
          {own().save}
        </Button>
      </Show>
    </form>
  )
}

/** A flag that the user sets on the conversation for themselves: favourite, or muted notifications. */
export const FlagSwitch = (props: { readonly of: FlagCommandKind }): JSX.Element => {
  const model = useConversation()
  const words = () => flagWords[model.app.i18n.language()][props.of]
  const change = createChange(model)
  const isSet = () => model.summary()?.[flagSetBy[props.of]] === true
  // The chosen value until the personal log confirms it, which may happen after the answer. A failure restores the
  // earlier value.
  const [asked, setAsked] = createSignal<boolean>()
  createEffect(() => {
    if (asked() === isSet()) setAsked(undefined)
  })
  const set = async (on: boolean) => {
    setAsked(on)
    if (!(await change.run((chat, base) => chat.call(`conversation.${props.of}`, { ...base, on })))) setAsked(undefined)
  }
  return (
    <div>
      <ToggleSwitch
        label={words().label}
        hint={words().hint}
        checked={asked() ?? isSet()}
        busy={change.busy()}
        onChange={(on) => {
          set(on).catch(() => undefined)
        }}
      />
      <ChangeProblem of={change} />
    </div>
  )
}

/** Asks for confirmation before the user leaves, or names what they must do first. */
interface LeaveDialogProps {
  readonly open: boolean
  readonly members: Members
  readonly onClose: () => void
}

export const LeaveDialog = (props: LeaveDialogProps): JSX.Element => {
  const model = useConversation()
  const { app, words } = model
  const own = () => leaveWords[app.i18n.language()]
  const navigate = useNavigate()
  const change = createChange(model)
  // As far as known: while only some of the members are loaded, another owner may be among the others.
  const isOnlyOwner = () => {
    const summary = model.summary()
    const list = props.members.list()
    return (
      summary?.role === "owner" &&
      summary.members > 1 &&
      list !== undefined &&
      !props.members.more() &&
      !list.some(({ role, userId }) => role === "owner" && userId !== model.me())
    )
  }
  const leave = async () => {
    if (await change.run((chat, base) => chat.call("conversation.leave", base))) navigate("/")
  }
  return (
    <ConfirmDialog
      open={props.open}
      title={isOnlyOwner() ? own().onlyOwner.title : own().title}
      text={
        isOnlyOwner() ? own().onlyOwner.text : own().text[model.summary()?.kind === "channel" ? "channel" : "group"]
      }
      act={isOnlyOwner() ? undefined : words().details.leave}
      change={change}
      onAct={() => void leave()}
      onClose={() => props.onClose()}
    />
  )
}
