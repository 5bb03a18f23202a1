/** Whether this browser notifies the person who is signed in while nothing of the page is in use. */
import type { UserId } from "@hibiki/core/domain/Ids"
import { type Accessor, createSignal, untrack } from "solid-js"
import type { Kept } from "../lib/kept.ts"
import type { WebPushHere } from "../lib/webPush.ts"
import type { Chat } from "../runtime/Chat.ts"

/** `notOffered`: this server wakes nobody. */
export type WakingAnswer = "done" | "blocked" | "failed" | "notOffered" | "unreachable"

export interface Waking {
  /** Whether this browser can at all. */
  readonly isPossible: boolean
  readonly on: Accessor<boolean>
  readonly change: (on: boolean) => Promise<WakingAnswer>
  /** Whether this server wakes devices; undefined: it did not answer. */
  readonly isOffered: () => Promise<boolean | undefined>
}

export interface WakingParts {
  readonly kept: Kept
  /** Who is signed in. */
  readonly me: Accessor<UserId | undefined>
  readonly whenLive: () => Promise<Chat>
  /** Asks the person, which browsers allow only in the moment of a click. */
  readonly mayNotify: () => Promise<boolean>
  /** Loaded when it is needed; undefined where this browser can't be woken. */
  readonly here: (() => Promise<WebPushHere | undefined>) | undefined
}

/** Whom this browser notifies: nobody else who signs in here is taken for him. */
const keptAs = "hibiki.notifies"

export const createWaking = ({ here, kept, mayNotify, me, whenLive }: WakingParts) => {
  const [whom, setWhom] = createSignal(kept.get(keptAs))
  kept.onOther((key, value) => {
    if (key === keptAs) setWhom(value)
  })
  const remember = (userId: UserId | undefined) => {
    kept.set(keptAs, userId)
    setWhom(userId)
  }
  const on = () => whom() !== undefined && whom() === me()

  /** Has the browser's address under the server's key, and tells it to the server. */
  const subscribe = async (chat: Chat): Promise<WakingAnswer> => {
    const browser = await here?.()
    if (browser === undefined) return "notOffered"
    const key = await chat.call("push.key", undefined)
    if (!key.ok) return key.error._tag === "NotFound" ? "notOffered" : "unreachable"
    const address = await browser.subscribe(key.value.key)
    if (typeof address === "string") return address
    const told = await chat.call("push.subscribe", address)
    // The browser's push service may be one that this server does not know.
    return told.ok ? "done" : told.error._tag === "NotFound" ? "notOffered" : "unreachable"
  }
  const begin = async (): Promise<WakingAnswer> => {
    if (!(await mayNotify())) return "blocked"
    const answer = await subscribe(await whenLive())
    if (answer === "done") remember(untrack(me))
    return answer
  }
  const end = async (): Promise<void> => {
    remember(undefined)
    // Without it the server hears from the push service that nobody is there.
    await here?.()
      .then((browser) => browser?.unsubscribe())
      .catch(() => undefined)
  }
  const waking: Waking = {
    isPossible: here !== undefined,
    on,
    change: async (wanted) => {
      if (wanted) return begin()
      await end()
      const told = await (await whenLive()).call("push.unsubscribe", undefined)
      return told.ok ? "done" : "unreachable"
    },
    isOffered: async () => {
      const key = await (await whenLive()).call("push.key", undefined)
      return key.ok ? true : key.error._tag === "NotFound" ? false : undefined
    }
  }
  return {
    waking,
    /**
     * Tells the server again: browsers change and drop their subscriptions, and stores are restored. To be called with
     * each start.
     */
    refresh: async (chat: Chat): Promise<void> => {
      // Taken back in the browser's own settings.
      if (untrack(on) && (await subscribe(chat)) === "blocked") {
        remember(undefined)
        await chat.call("push.unsubscribe", undefined)
      }
    },
    /** Whoever signs out is not notified here any more. */
    signedOut: async (): Promise<void> => {
      if (untrack(whom) !== undefined) await end()
    }
  }
}
