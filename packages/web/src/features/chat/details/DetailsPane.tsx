/** Beside a conversation: who is in it and what may be changed about it. Loaded when it is first opened. */
import { createSignal, type JSX, Match, Show, Switch } from "solid-js"
import { Avatar } from "../../../ui/Avatar.tsx"
import { BackLink } from "../../../ui/BackLink.tsx"
import { Button } from "../../../ui/Button.tsx"
import { Icon } from "../../../ui/Icon.tsx"
import { PresenceLine } from "../../presence/PresenceLine.tsx"
import { useConversation } from "../conversationModel.ts"
import type { Members } from "../createMembers.ts"
import { AddPeople } from "./AddPeople.tsx"
import { LeaveDialog } from "./LeaveDialog.tsx"
import { MemberList } from "./MemberList.tsx"
import { MuteSwitch } from "./MuteSwitch.tsx"
import { RenameForm } from "./RenameForm.tsx"
import "./details.css"

export const DetailsPane = (props: { readonly members: Members }): JSX.Element => {
  const model = useConversation()
  const { words } = model
  return (
    <aside class="details" aria-label={words().details.title} data-pane="details">
      <header class="details-head">
        <h2 tabindex="-1" data-pane-focus="">
          {words().details.title}
        </h2>
        <BackLink class="ui-icon-button" href={`/c/${model.id}`} aria-label={words().details.close} title={words().details.close}>
          <Icon name="close" />
        </BackLink>
      </header>
      <div class="details-body">
        <Switch>
          <Match when={model.notes()}>
            <p class="details-hint">{words().timeline.notes}</p>
          </Match>
          <Match when={model.summary()?.kind === "direct"}>
            <Peer />
            <MuteSwitch />
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
  const mayManage = () => model.summary()?.role !== "member"
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
      <MuteSwitch />
      <MemberList members={props.members} />
      <AddPeople open={adding()} onClose={() => setAdding(false)} members={props.members} />
      <LeaveDialog open={leaving()} onClose={() => setLeaving(false)} />
    </>
  )
}
