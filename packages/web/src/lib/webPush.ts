/** This browser's side of Web Push: its subscription at the push service that it comes with. */

/** As the server takes it. */
export interface PushAddress {
  readonly endpoint: string
  readonly p256dh: string
  readonly auth: string
}

/**
 * `blocked`: the person or the browser does not let this page notify. `failed`: its push service is away, or it has
 * none.
 */
export type Subscribed = PushAddress | "blocked" | "failed"

export interface WebPushHere {
  /**
   * The subscription under this key, made anew where there is none or it is of another key. Asks the person nothing.
   */
  readonly subscribe: (key: string) => Promise<Subscribed>
  readonly unsubscribe: () => Promise<void>
}

/** Undefined: this browser can't be woken for this page. */
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
    // It needs a worker that runs.
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
