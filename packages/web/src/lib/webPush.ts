/** This browser's side of Web Push: its subscription at the browser's push service. */

/** In the form that the server accepts. */
export interface PushAddress {
  readonly endpoint: string
  readonly p256dh: string
  readonly auth: string
}

/**
 * `blocked`: the person or the browser does not let this page notify. `failed`: the browser's push service is
 * unreachable, or it has none.
 */
export type Subscribed = PushAddress | "blocked" | "failed"

export interface WebPushHere {
  /** Returns the subscription under this key. Creates it if there is none or it has another key. Shows no prompt. */
  readonly subscribe: (key: string) => Promise<Subscribed>
  readonly unsubscribe: () => Promise<void>
}

/** Undefined: this browser supports no pushes for this page. */
export const webPushHere = (): WebPushHere | undefined =>
  "serviceWorker" in navigator && "PushManager" in window && "Notification" in window ? here : undefined

const pushManager = async (): Promise<PushManager> => (await navigator.serviceWorker.register("/worker.js")).pushManager

const addressOf = (subscription: PushSubscription): PushAddress | undefined => {
  const { endpoint, keys } = subscription.toJSON()
  const { auth, p256dh } = keys ?? {}
  return endpoint === undefined || auth === undefined || p256dh === undefined ? undefined : { endpoint, p256dh, auth }
}

const isOf = ({ options: { applicationServerKey: own } }: PushSubscription, key: string): boolean =>
  own !== null &&
  btoa(String.fromCharCode(...new Uint8Array(own))).replace(/[+/=]/g, (letter) => urlLetters[letter] ?? "") === key
const urlLetters: Readonly<Record<string, string>> = { "+": "-", "/": "_" }

const here: WebPushHere = {
  subscribe: async (key) => {
    if (Notification.permission !== "granted") return "blocked"
    // It needs a running service worker.
    await navigator.serviceWorker.register("/worker.js")
    const { pushManager: manager } = await navigator.serviceWorker.ready
    try {
      const before = await manager.getSubscription()
      if (before !== null && isOf(before, key)) return addressOf(before) ?? "failed"
      await before?.unsubscribe()
      return addressOf(await manager.subscribe({ userVisibleOnly: true, applicationServerKey: key })) ?? "failed"
    } catch {
      return "failed"
    }
  },
  unsubscribe: async () => {
    await (await (await pushManager()).getSubscription())?.unsubscribe()
  }
}
