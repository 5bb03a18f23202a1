/** Blocks or unblocks a person, with its progress and a reason in words when it fails. */
import type { UserId } from "@hibiki/core/domain/Ids"
import type { Person } from "@hibiki/core/domain/Person"
import { type Accessor, createSignal, type JSX, Show, untrack } from "solid-js"
import { isolated } from "../../lib/names.ts"
import { useApp } from "../../model/App.ts"
import { Button } from "../../ui/Button.tsx"
import { Dialog } from "../../ui/Dialog.tsx"
import { callProblem } from "../conversations/callProblem.ts"
import { blockingWords } from "./blockingWords.ts"
import "./blocking.css"

interface Blocking {
  readonly busy: Accessor<boolean>
  readonly problem: Accessor<string | undefined>
  /** Resolves to whether it succeeded. */
  readonly set: (userId: UserId, on: boolean) => Promise<boolean>
  /** Unblocks a person; a toast shows why it failed. Resolves as `set` does. */
  readonly end: (userId: UserId) => Promise<boolean>
}

/** Call within a component. */
export const createBlocking = (): Blocking => {
  const app = useApp()
  const [busy, setBusy] = createSignal(false)
  const [problem, setProblem] = createSignal<string>()
  const set = async (userId: UserId, on: boolean) => {
    if (untrack(busy)) return false
    setBusy(true)
    setProblem(undefined)
    const chat = await app.whenLive()
    const { call } = chat
    const answer = await call("user.block", { userId, on })
    setBusy(false)
    if (answer.ok) return true
    const { error } = answer
    const isFull = error._tag === "Refused" && error.code === "too_many"
    setProblem(
      untrack(() =>
        isFull ? blockingWords[app.i18n.language()].tooMany : callProblem(error, app.i18n.t().conversations)
      )
    )
    return false
  }
  const end = async (userId: UserId) => {
    const done = await set(userId, false)
    const text = untrack(problem)
    if (text !== undefined) app.toasts.show({ text })
    return done
  }
  return { busy, problem, set, end }
}

/**
 * Blocks the other side of a direct conversation after a confirmation, or unblocks them. One button for both, so that
 * the focus stays on it.
 */
export const BlockPeer = (props: { readonly person: Person }): JSX.Element => {
  const app = useApp()
  const words = () => blockingWords[app.i18n.language()]
  const blocking = createBlocking()
  const [asking, setAsking] = createSignal(false)
  const isBlocked = () => app.blocked().has(props.person.userId)
  return (
    <>
      <Button
        kind={isBlocked() ? "plain" : "danger"}
        busy={blocking.busy()}
        onClick={() => (isBlocked() ? void blocking.end(props.person.userId) : setAsking(true))}
      >
        {isBlocked() ? words().unblock : words().block}
      </Button>
      <Show when={asking()}>
        <BlockDialog person={props.person} onClose={() => setAsking(false)} />
      </Show>
    </>
  )
}

/** Explains a block, and asks for confirmation. */
export const BlockDialog = (props: { readonly person: Person; readonly onClose: () => void }): JSX.Element => {
  const app = useApp()
  const words = () => blockingWords[app.i18n.language()]
  const blocking = createBlocking()
  const block = async () => {
    if (await blocking.set(props.person.userId, true)) props.onClose()
  }
  return (
    <Dialog
      open
      title={words().title(isolated(props.person.displayName))}
      onClose={() => props.onClose()}
      footer={
        <>
          <Button onClick={() => props.onClose()}>{words().cancel}</Button>
          <Button kind="danger" busy={blocking.busy()} onClick={() => void block()}>
            {words().act}
          </Button>
        </>
      }
    >
      <p>{words().text}</p>
      <Show when={blocking.problem()}>{(text) => <p role="alert">{text()}</p>}</Show>
    </Dialog>
  )
}

/** A line that names what the user can't do while they block a person, with a button to unblock. */
interface BlockedLineProps {
  readonly text: string
  readonly userId: UserId
  /** Called when the button has ended the block. */
  readonly onUnblocked?: () => void
}

export const BlockedLine = (props: BlockedLineProps): JSX.Element => (
  <div class="blocked-line">
    <p>{props.text}</p>
    <UnblockButton userId={props.userId} onUnblocked={() => props.onUnblocked?.()} />
  </div>
)

/** Ends a block. A toast shows a failure. */
interface UnblockButtonProps {
  readonly userId: UserId
  readonly onUnblocked?: () => void
}

export const UnblockButton = (props: UnblockButtonProps): JSX.Element => {
  const app = useApp()
  const blocking = createBlocking()
  const unblock = async () => {
    if (await blocking.end(props.userId)) props.onUnblocked?.()
  }
  return (
    <Button busy={blocking.busy()} onClick={() => void unblock()}>
      {blockingWords[app.i18n.language()].unblock}
    </Button>
  )
}
