/**
 * What happened to one's account, as the server lists it: the newest first, and older entries as far as they are asked
 * for.
 */
import type { ListedActivity } from "@hibiki/core/domain/Activity"
import { type Accessor, createSignal, onCleanup } from "solid-js"
import { useApp } from "../../model/App.ts"

export interface Activity {
  /** Undefined while nothing is known. */
  readonly entries: Accessor<ReadonlyArray<ListedActivity> | undefined>
  /** Whether there are older ones. */
  readonly more: Accessor<boolean>
  readonly busy: Accessor<boolean>
  /** Whether the last call was not answered. */
  readonly failed: Accessor<boolean>
  /** Asks for the newest, or what follows the oldest that is known. */
  readonly load: () => void
}

/** Call within a component. */
export const createActivity = (): Activity => {
  const app = useApp()
  const [entries, setEntries] = createSignal<ReadonlyArray<ListedActivity>>()
  const [more, setMore] = createSignal(false)
  const [busy, setBusy] = createSignal(false)
  const [failed, setFailed] = createSignal(false)
  let gone = false
  onCleanup(() => {
    gone = true
  })
  const ask = async () => {
    const known = entries() ?? []
    const before = known.at(-1)?.id
    const chat = await app.whenLive()
    const answer = await chat.call("me.activity", before === undefined ? {} : { before })
    if (gone) return
    setFailed(!answer.ok)
    if (!answer.ok) return
    setEntries([...known, ...answer.value.entries])
    setMore(answer.value.more)
  }
  const load = () => {
    if (busy()) return
    setBusy(true)
    ask()
      .catch(() => setFailed(true))
      .finally(() => setBusy(false))
  }
  return { entries, more, busy, failed, load }
}
