/** The actions on a message, shown over its row while it has the pointer or the focus. */
import type { MessageRow } from "@hibiki/core/domain/MessageRow"
import { createSignal, createUniqueId, For, type JSX, onMount, Show, Suspense } from "solid-js"
import type { ChatWords } from "../../../i18n/chatWords.en.ts"
import { freshCommandId } from "../../../lib/ids.ts"
import { lazy } from "../../../lib/lazy.ts"
import { IconButton } from "../../../ui/Button.tsx"
import type { IconName } from "../../../ui/Icon.tsx"
import { Icon } from "../../../ui/Icon.tsx"
import { Menu, placeBeside } from "../../../ui/Menu.tsx"
import {
  type ConversationModel,
  editOf,
  epochShown,
  isManager,
  react,
  tell,
  useConversation,
  whenLive
} from "../conversationModel.ts"
import { problemText } from "../problemText.ts"
import { copyText } from "../text/copyText.ts"
import { deleteSoon } from "./deletions.ts"

interface RowActionsProps {
  readonly row: MessageRow
  /** Undefined: the server does not disclose who has read this message. */
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
  // The timeline is one Tab stop: the arrow keys reach these buttons from their row.
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

/** The actions on a stored message, besides reactions, in display order. Each action is defined in one place. */
interface ActedOn {
  readonly model: ConversationModel
  readonly row: MessageRow
  /** Undefined: the server does not disclose who has read this message. */
  readonly showReaders: (() => void) | undefined
}

interface RowAct {
  /** The key of its label. */
  readonly name: keyof ChatWords["act"]
  readonly icon: IconName
  /** True: a button over the row. Otherwise an item of the menu beside these buttons. */
  readonly inBar?: true
  readonly danger?: true
  /** Whether the action is available. By default it always is. Reactive. */
  readonly may?: (on: ActedOn) => boolean
  readonly run: (on: ActedOn) => void
}

/** In a channel only its managers may pin. */
const mayPin = ({ model }: ActedOn): boolean => model.summary()?.kind !== "channel" || isManager(model.summary()?.role)

const isOwn = ({ model, row }: ActedOn): boolean => row.by === model.me()

export const rowActs: ReadonlyArray<RowAct> = [
  { name: "reply", icon: "reply", inBar: true, run: ({ model, row }) => startReply(model, row) },
  { name: "edit", icon: "edit", inBar: true, may: isOwn, run: ({ model, row }) => startEdit(model, row) },
  {
    name: "readers",
    icon: "eye",
    may: ({ showReaders }) => showReaders !== undefined,
    run: ({ showReaders }) => showReaders?.()
  },
  { name: "copyText", icon: "copy", run: ({ model, row }) => void copyText(model.app, row.text ?? "") },
  // For an administrator, who can follow the message by it.
  { name: "copyId", icon: "copy", run: ({ model, row }) => void copyText(model.app, row.id) },
  { name: "markUnread", icon: "unread", run: ({ model, row }) => void markUnread(model, row) },
  { name: "pin", icon: "pin", may: (on) => mayPin(on) && !on.row.pinned, run: (on) => void setPinned(on, true) },
  {
    name: "unpin",
    icon: "pin",
    may: (on) => mayPin(on) && on.row.pinned === true,
    run: (on) => void setPinned(on, false)
  },
  {
    name: "delete",
    icon: "trash",
    danger: true,
    may: (on) => isOwn(on) || isManager(on.model.summary()?.role),
    run: ({ model, row }) => deleteRow(model, row)
  }
]

export const startReply = (model: ConversationModel, row: MessageRow): void => {
  model.setTask({ kind: "reply", to: row.seq, seenIn: epochShown(model) })
  model.hands.focusComposer()
}

export const startEdit = (model: ConversationModel, row: MessageRow): void => {
  model.setTask(editOf(model, row))
  model.hands.focusComposer()
}

const deleteRow = (model: ConversationModel, row: MessageRow): void => {
  const seenIn = epochShown(model)
  const { settle, undo } = deleteSoon(
    model.id,
    row.seq,
    () => void whenLive(model).then(({ client }) => tell(model, client.delete(model.id, row.seq, seenIn)))
  )
  const { toasts } = model.app
  const run = () => undo() || toasts.show({ text: model.words().told.tooLate })
  toasts.show({ text: model.words().row.deleting, act: { label: model.words().act.undo, run }, gone: settle })
}

const setPinned = async ({ model, row }: ActedOn, on: boolean): Promise<void> => {
  const chat = await whenLive(model)
  const asked = { id: await freshCommandId(), conversationId: model.id, target: row.seq }
  const result = await (on ? chat.call("conversation.pin", asked) : chat.call("conversation.unpin", asked))
  // Another user was faster, with the result that this person wanted.
  if (result.ok || (result.error._tag === "Refused" && result.error.code === "no_change")) return
  model.app.toasts.show({ text: notDone(model, result.error) })
}

const markUnread = async (model: ConversationModel, row: MessageRow): Promise<void> => {
  model.holdRead(true)
  const chat = await whenLive(model)
  const result = await chat.call("conversation.markUnread", {
    id: await freshCommandId(),
    conversationId: model.id,
    seq: row.seq
  })
  if (!result.ok) model.holdRead(false)
  model.app.toasts.show({ text: result.ok ? model.words().told.markedUnread : notDone(model, result.error) })
}

/** Returns the text of a call's error, for actions that have no other place to show it. */
const notDone = (model: ConversationModel, error: { readonly _tag: string; readonly code?: string }): string => {
  const words = model.words()
  if (error._tag === "Refused" && error.code !== undefined) return problemText(words, error.code)
  return error._tag === "Unreachable" ? model.app.i18n.t().conversations.failed.unreachable : words.told.notDone
}

// Chooses a reaction. The choices load when it is first opened.

const ReactionChoices = lazy(() => import("./ReactionChoices.tsx").then((module) => module.ReactionChoices))

const ReactionPicker = (props: { readonly onPick: (emoji: string) => void }): JSX.Element => {
  const { words } = useConversation()
  const id = createUniqueId()
  const [open, setOpen] = createSignal(false)
  let button: HTMLButtonElement | undefined
  let panel: HTMLDivElement | undefined
  const show = () => {
    setOpen(true)
    panel?.showPopover()
  }
  /** The position depends on the size. Its first button gets the focus once there is one. */
  const shown = () => {
    if (button !== undefined && panel !== undefined) placeBeside(button, panel)
    panel?.querySelector("button")?.focus()
  }
  const pick = (emoji: string) => {
    panel?.hidePopover()
    button?.focus()
    props.onPick(emoji)
  }
  return (
    <>
      <button
        ref={(node) => {
          button = node
        }}
        type="button"
        class="ui-icon-button"
        tabindex="-1"
        aria-label={words().act.react}
        title={words().act.react}
        aria-haspopup="dialog"
        aria-expanded={open()}
        aria-controls={id}
        onClick={() => (open() ? panel?.hidePopover() : show())}
      >
        <Icon name="smile" />
      </button>
      <div
        ref={(node) => {
          panel = node
        }}
        id={id}
        class="picker"
        popover="auto"
        role="dialog"
        aria-label={words().reactions.title}
        on:toggle={(event: ToggleEvent) => setOpen(event.newState === "open")}
      >
        <Show when={open()}>
          <Suspense>
            <ReactionChoices onPick={pick} onShown={shown} />
          </Suspense>
        </Show>
      </div>
    </>
  )
}
