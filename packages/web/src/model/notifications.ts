/** Whether this browser notifies the signed-in user of new messages while its pages are open and have no attention. */
import type { UserId } from "@hibiki/core/domain/Ids"
import { type Accessor, createSignal, untrack } from "solid-js"
import type { Kept } from "../lib/kept.ts"
import type { WebPushHere } from "../lib/webPush.ts"
import type { Chat } from "../runtime/Chat.ts"

export interface Notifications {
  /** Whether pages of this browser can notify. */
  readonly isPossible: boolean
  /** The user turned it on here, and the browser still allows it. */
  readonly on: Accessor<boolean>
  /** Call it during a click: browsers show the permission prompt only then. */
  readonly change: (on: boolean) => Promise<"done" | "blocked">
}

interface NotificationsParts {
  readonly kept: Kept
  /** The signed-in user. */
  readonly me: Accessor<UserId | undefined>
  /** Undefined where pages can't notify. */
  readonly permission: (() => "granted" | "denied" | "default") | undefined
  readonly mayNotify: () => Promise<boolean>
}

/** Stores the user who turned notifications on: the choice does not apply to other users who sign in here. */
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

// Push notifications: whether this browser notifies the signed-in user while no page of the application is in use.

/** `notOffered`: this server sends no pushes. */
export type PushAnswer = "done" | "blocked" | "failed" | "notOffered" | "unreachable"

export interface PushNotifications {
  /** Whether this browser supports it. */
  readonly isPossible: boolean
  readonly on: Accessor<boolean>
  readonly change: (on: boolean) => Promise<PushAnswer>
  /** Whether this server sends pushes; undefined: it did not answer. */
  readonly isOffered: () => Promise<boolean | undefined>
}

interface PushParts {
  readonly kept: Kept
  /** The signed-in user. */
  readonly me: Accessor<UserId | undefined>
  readonly whenLive: () => Promise<Chat>
  /** Shows the permission prompt, which browsers allow only during a click. */
  readonly mayNotify: () => Promise<boolean>
  /** Loaded when it is needed; undefined if this browser supports no pushes. */
  readonly here: (() => Promise<WebPushHere | undefined>) | undefined
}

/** Stores the user whom this browser notifies, so that other users who sign in here are not taken for them. */
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

  /** Subscribes the browser with the server's key, and sends the subscription to the server. */
  const subscribe = async (chat: Chat): Promise<PushAnswer> => {
    const browser = await here?.()
    if (browser === undefined) return "notOffered"
    const key = await chat.call("push.key", undefined)
    if (!key.ok) return key.error._tag === "NotFound" ? "notOffered" : "unreachable"
    const address = await browser.subscribe(key.value.key)
    if (typeof address === "string") return address
    const told = await chat.call("push.subscribe", address)
    // This server may not know the browser's push service.
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
    // If this call fails, the server learns from the push service that the subscription is gone.
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
     * Sends the subscription to the server again, because browsers change and drop subscriptions, and stores are
     * restored. Call it with each start.
     */
    refresh: async (chat: Chat): Promise<void> => {
      // The user withdrew the permission in the browser's own settings.
      if (untrack(on) && (await subscribe(chat)) === "blocked") {
        remember(undefined)
        await chat.call("push.unsubscribe", undefined)
      }
    },
    /** Ends pushes here for the user who signs out. */
    signedOut: async (): Promise<void> => {
      if (untrack(whom) !== undefined) await end()
    }
  }
}
