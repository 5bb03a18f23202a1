/**
 * Whether this browser tells the person who is signed in of what comes while its pages are open and nobody looks at
 * them.
 */
import type { UserId } from "@hibiki/core/domain/Ids"
import { type Accessor, createSignal, untrack } from "solid-js"
import type { Kept } from "../lib/kept.ts"
import type { WebPushHere } from "../lib/webPush.ts"
import type { Chat } from "../runtime/Chat.ts"

export interface Notifications {
  /** Whether pages of this browser can notify. */
  readonly isPossible: boolean
  /** Chosen here by this person, and still allowed by the browser. */
  readonly on: Accessor<boolean>
  /** To be called in the moment of a click: browsers ask the person only then. */
  readonly change: (on: boolean) => Promise<"done" | "blocked">
}

interface NotificationsParts {
  readonly kept: Kept
  /** Who is signed in. */
  readonly me: Accessor<UserId | undefined>
  /** Undefined where pages can't notify. */
  readonly permission: (() => "granted" | "denied" | "default") | undefined
  readonly mayNotify: () => Promise<boolean>
}

/** Who chose it: nobody else who signs in here has chosen. */
const notificationsKey = "hibiki.alerts"

export const createNotifications = ({ kept, mayNotify, me, permission }: NotificationsParts): Notifications => {
  const [whom, setWhom] = createSignal(kept.get(notificationsKey))
  kept.onOther((key, value) => {
    if (key === notificationsKey) setWhom(value)
  })
  const remember = (userId: UserId | undefined) => {
    kept.set(notificationsKey, userId)
    setWhom(userId)
  }
  return {
    isPossible: permission !== undefined,
    on: () => whom() !== undefined && whom() === me() && permission?.() === "granted",
    change: async (wanted) => {
      if (wanted && !(await mayNotify())) return "blocked"
      remember(wanted ? me() : undefined)
      return "done"
    }
  }
}

// Whether this browser notifies the person who is signed in while nothing of the page is in use.

/** `notOffered`: this server wakes nobody. */
export type PushAnswer = "done" | "blocked" | "failed" | "notOffered" | "unreachable"

export interface PushNotifications {
  /** Whether this browser can at all. */
  readonly isPossible: boolean
  readonly on: Accessor<boolean>
  readonly change: (on: boolean) => Promise<PushAnswer>
  /** Whether this server wakes devices; undefined: it did not answer. */
  readonly isOffered: () => Promise<boolean | undefined>
}

interface PushParts {
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
const pushKey = "hibiki.notifies"

export const createPushNotifications = ({ here, kept, mayNotify, me, whenLive }: PushParts) => {
  const [whom, setWhom] = createSignal(kept.get(pushKey))
  kept.onOther((key, value) => {
    if (key === pushKey) setWhom(value)
  })
  const remember = (userId: UserId | undefined) => {
    kept.set(pushKey, userId)
    setWhom(userId)
  }
  const on = () => whom() !== undefined && whom() === me()

  /** Has the browser's address under the server's key, and tells it to the server. */
  const subscribe = async (chat: Chat): Promise<PushAnswer> => {
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
  const begin = async (): Promise<PushAnswer> => {
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
  const push: PushNotifications = {
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
    pushNotifications: push,
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
