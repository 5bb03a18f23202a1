/** What can be done with a message, over its row while it is pointed at or focused. */
import type { MessageRow } from "@hibiki/core/domain/MessageRow"
import { type JSX, onMount, Show } from "solid-js"
import { Icon } from "../../../ui/Icon.tsx"
import { IconButton } from "../../../ui/IconButton.tsx"
import { Menu, type MenuItem } from "../../../ui/Menu.tsx"
import { useConversation } from "../conversationModel.ts"
import { isManager } from "../isManager.ts"
import { copyText } from "../text/copyText.ts"
import { ReactionPicker } from "./ReactionPicker.tsx"
import { deleteRow, markUnread, react, startEdit, startReply } from "./rowActs.ts"

export interface RowActionsProps {
  readonly row: MessageRow
  /** Undefined: nobody is told who has read it. */
  readonly onReaders: (() => void) | undefined
}

export const RowActions = (props: RowActionsProps): JSX.Element => {
  const model = useConversation()
  const own = () => props.row.by === model.me()
  const mayDelete = () => own() || isManager(model.summary()?.role)
  const more = (): ReadonlyArray<MenuItem> => {
    const act = model.words().act
    const { onReaders } = props
    return [
      ...(onReaders === undefined ? [] : [{ label: act.readers, icon: "eye", run: onReaders } as const]),
      { label: act.copyText, icon: "copy", run: () => void copyText(model.app, props.row.text ?? "") },
      { label: act.markUnread, icon: "unread", run: () => void markUnread(model, props.row) },
      ...(mayDelete() ? [{ label: act.delete, icon: "trash", danger: true, run: () => deleteRow(model, props.row) } as const] : [])
    ]
  }
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
      <IconButton icon="reply" label={model.words().act.reply} onClick={() => startReply(model, props.row)} />
      <Show when={own()}>
        <IconButton icon="edit" label={model.words().act.edit} onClick={() => startEdit(model, props.row)} />
      </Show>
      <Menu label={model.words().act.more} items={more()} trigger={<Icon name="more" />} />
    </div>
  )
}
