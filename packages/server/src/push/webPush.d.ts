/** The part of web-push that WebPush.ts uses. It has no types of its own. */
declare module "web-push" {
  import type { Agent } from "node:https"

  interface Options {
    readonly vapidDetails: { readonly subject: string; readonly publicKey: string; readonly privateKey: string }
    /** Seconds. */
    readonly TTL: number
    readonly urgency: "normal" | "high"
    readonly topic: string
    /** The longest time without a byte (ms). */
    readonly timeout: number
    readonly agent: Agent
  }
  interface WebPush {
    /**
     * Rejects with a `statusCode` and `headers` if the push service answered with anything but 2xx, and with other
     * errors if the push can't be sent.
     */
    readonly sendNotification: (
      subscription: { readonly endpoint: string; readonly keys: { readonly p256dh: string; readonly auth: string } },
      payload: string,
      options: Options
    ) => Promise<unknown>
    readonly generateVAPIDKeys: () => { readonly publicKey: string; readonly privateKey: string }
  }
  const webPush: WebPush
  export = webPush
}
