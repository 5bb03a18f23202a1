/** What can be done with a message, over its row while it is pointed at or focused. */
import type { MessageRow } from "@hibiki/core/domain/MessageRow"
import { For, type JSX, onMount } from "solid-js"
import { Icon } from "../../../ui/Icon.tsx"
import { IconButton } from "../../../ui/IconButton.tsx"
import { Menu } from "../../../ui/Menu.tsx"
import { useConversation } from "../conversationModel.ts"
import { ReactionPicker } from "./ReactionPicker.tsx"
import { react } from "./react.ts"
import { type ActedOn, rowActs } from "./rowActs.ts"

export interface RowActionsProps {
  readonly row: MessageRow
  /** Undefined: the server tells nobody who has read this message. */
  readonly onReaders: (() => void) | undefined
}

export const RowActions = (props: RowActionsProps): JSX.Element => {
  const model = useConversation()
  const on = (): ActedOn => ({ model, row: props.row, showReaders: props.onReaders })
  const offered = (inBar: boolean) =>
    rowActs.filter((act) => (act.inBar === true) === inBar && act.may?.(on()) !== false)
  const items = () =>
    offered(false).map(({ danger = false, icon, name, run }) => ({
      danger,
      icon,
      label: model.words().act[name],
      run: () => run(on())
    }))
  let bar: HTMLDivElement | undefined
  // The timeline is one Tab stop: these are reached from their row.
  onMount(() => {
    for (const button of bar?.querySelectorAll<HTMLButtonElement>("button") ?? []) button.tabIndex = -1
  })
  return (
    <div
      ref={(node) => {
        bar = node
      }}
      class="row-actions"
    >
      <ReactionPicker onPick={(emoji) => react(model, props.row, emoji)} />
      <For each={offered(true)}>
        {(act) => <IconButton icon={act.icon} label={model.words().act[act.name]} onClick={() => act.run(on())} />}
      </For>
      <Menu label={model.words().act.more} items={items()} trigger={<Icon name="more" />} />
    </div>
  )
}
