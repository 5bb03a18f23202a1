/** Beside a conversation: who is in it and what may be changed about it. Loaded when it is first opened. */
import { createSignal, type JSX, Match, onCleanup, onMount, Show, Switch } from "solid-js"
import { Avatar } from "../../../ui/Avatar.tsx"
import { BackLink } from "../../../ui/BackLink.tsx"
import { Button } from "../../../ui/Button.tsx"
import { createNarrow } from "../../../ui/createNarrow.ts"
import { Icon } from "../../../ui/Icon.tsx"
import { PaneSplitter } from "../../../ui/PaneSplitter.tsx"
import { BlockPeer } from "../../blocking/BlockPeer.tsx"
import { PresenceLine } from "../../presence/PresenceLine.tsx"
import { useConversation } from "../conversationModel.ts"
import type { Members } from "../createMembers.ts"
import { isManager } from "../isManager.ts"
import { AddPeople } from "./AddPeople.tsx"
import { FlagSwitch } from "./FlagSwitch.tsx"
import { LeaveDialog } from "./LeaveDialog.tsx"
import { MemberList } from "./MemberList.tsx"
import { PinList } from "./PinList.tsx"
import { RenameForm } from "./RenameForm.tsx"
import "./details.css"

export interface DetailsPaneProps {
  readonly members: Members
  /** Closed with the focus in it, which is to go elsewhere. */
  readonly onClosed: () => void
}

export const DetailsPane = (props: DetailsPaneProps): JSX.Element => {
  const model = useConversation()
  const { words } = model
  const covers = createNarrow(2)
  let pane: HTMLElement | undefined
  let title: HTMLHeadingElement | undefined
  onMount(() => {
    // In place of the conversation there is nothing else to have the focus.
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
        <PaneSplitter pane="details" controls="details" />
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
        <Button onClick={() => setAdding(true)}>
          <Icon name="add" small />
          {words().details.add}
        </Button>
        <Button kind="danger" onClick={() => setLeaving(true)}>
          {words().details.leave}
        </Button>
      </div>
      <FlagSwitch of="favourite" />
      <FlagSwitch of="mute" />
      <PinList />
      <MemberList members={props.members} />
      <AddPeople open={adding()} onClose={() => setAdding(false)} members={props.members} />
      <LeaveDialog open={leaving()} members={props.members} onClose={() => setLeaving(false)} />
    </>
  )
}
