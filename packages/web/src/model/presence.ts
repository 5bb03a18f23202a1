/** Presence of the people on screen: joins the users that components watch to one list for the client. */
import type { UserId } from "@hibiki/core/domain/Ids"
import { presenceLimits } from "@hibiki/core/domain/Limits"
import type { UserPresence } from "@hibiki/core/domain/Presence"
import { createEffect, createSignal, onCleanup } from "solid-js"
import { sameItems } from "../lib/sameItems.ts"
import { Triggers } from "../lib/triggers.ts"
import type { Chat } from "../runtime/Chat.ts"
import type { PresenceBook } from "./App.ts"

type Client = Pick<Chat["client"], "presence" | "isPresenceTold" | "watchUsers">

export interface PresenceWatch extends PresenceBook {
  /** Sets the client, or none. */
  readonly use: (client: Client | undefined) => void
  /** Called when the client reports a change of presence. */
  readonly changed: () => void
}

export const makePresence = (): PresenceWatch => {
  const lists = new Map<symbol, ReadonlyArray<UserId>>()
  const triggers = new Triggers<UserId>()
  const shown = new Map<UserId, UserPresence | undefined>()
  let watched: ReadonlyArray<UserId> = []
  const [told, setTold] = createSignal<ReadonlyArray<UserId>>([], { equals: sameItems })
  let client: Client | undefined
  let telling = false

  const takeTold = () => setTold(watched.filter((userId) => client?.isPresenceTold(userId)))
  const tell = () => {
    if (telling) return
    telling = true
    queueMicrotask(() => {
      telling = false
      watched = [...new Set([...lists.values()].flat())].slice(0, presenceLimits.watchedMax)
      client?.watchUsers(watched)
      takeTold()
    })
  }
  const changed = () => {
    takeTold()
    for (const userId of triggers.keys()) {
      const now = client?.presence(userId)
      if (shown.get(userId) === now) continue
      shown.set(userId, now)
      triggers.dirty(userId)
    }
    for (const userId of shown.keys()) if (shown.size > 1_000 && shown.get(userId) === undefined) shown.delete(userId)
  }
  return {
    of: (userId) => {
      triggers.track(userId)
      const now = client?.presence(userId)
      shown.set(userId, now)
      return now
    },
    watch: (users) => {
      const key = Symbol("watch")
      createEffect(() => {
        lists.set(key, users())
        tell()
      })
      onCleanup(() => {
        lists.delete(key)
        tell()
      })
      return () => {
        const known = new Set(told())
        return users().every((userId) => known.has(userId))
      }
    },
    use: (next) => {
      client = next
      changed()
      tell()
    },
    changed
  }
}
