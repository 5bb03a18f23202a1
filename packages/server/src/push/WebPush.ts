/** Web Push (RFC 8030, 8291 and 8292): pushes go to the push services of browsers, encrypted for the device, and say no more than that something is unread. */
import { createHmac } from "node:crypto"
import { Agent } from "node:https"
import type { Duplex } from "node:stream"
import { wakeForMs } from "@hibiki/core/push/PushPolicy"
import { type Push, PushFailed, PushProvider, PushProviderLog } from "@hibiki/core/push/PushProvider"
import { PushServices } from "@hibiki/core/push/PushServices"
import { type PushAddress, PushStore } from "@hibiki/core/push/PushStore"
import { Effect, Layer, Redacted } from "effect"

export interface WebPushSettings {
  readonly publicKey: string
  readonly privateKey: Redacted.Redacted
  /** Whom push services may write to: mailto: or https:. */
  readonly contact: string
  /** Hosts of push services, with a port where it is another than 443; `*.` in front stands for any name below. */
  readonly hosts: ReadonlyArray<string>
  /** Certificates to trust in place of the usual ones. */
  readonly certificates?: string
}

/** How long a push service keeps what it can't bring (s): a wake is of use for days, and one that was taken back is only to take its place. */
const keptForS = { wake: wakeForMs / 1_000, cancel: 60 } as const
const silentForMs = 8_000
const connectedForMs = 10_000
/** What a push service may ask for (s). */
const waitsMaxS = 3_600

export const pushServices = (settings: WebPushSettings | undefined): Layer.Layer<PushServices> =>
  settings === undefined
    ? PushServices.none
    : Layer.succeed(PushServices, PushServices.of({ key: settings.publicKey, serves: (endpoint) => isServed(settings.hosts, endpoint) }))

/** Without settings each push is a line of the log. */
export const pushProvider = (settings: WebPushSettings | undefined): Layer.Layer<PushProvider, never, PushStore> =>
  settings === undefined ? PushProviderLog : webPush(settings)

/** Only as browsers write it, and with nothing in its host that another reader of addresses could take for the host's end. */
export const isServed = (hosts: ReadonlyArray<string>, endpoint: string): boolean => {
  if (!URL.canParse(endpoint)) return false
  const { host, href, password, protocol, username } = new URL(endpoint)
  if (href !== endpoint || protocol !== "https:" || `${username}${password}` !== "" || !/^[a-z0-9.-]+(?::\d+)?$/.test(host)) return false
  return hosts.some((each) => (each.startsWith("*.") ? host.endsWith(each.slice(1)) : host === each))
}

/** Apple ends the subscription of a page that takes some pushes without showing any. */
const mustShow = (endpoint: string): boolean => new URL(endpoint).host.endsWith(".push.apple.com")

/** A push service is told which pushes stand in each other's place, and not which devices share a conversation. */
const topicOf = (secret: string, { collapseKey, deviceId }: Push): string =>
  createHmac("sha256", secret).update(`${deviceId} ${collapseKey}`).digest("base64url").slice(0, 32)

/** A connection ends, whatever comes over it: the library bounds silence alone. */
class BriefAgent extends Agent {
  override createConnection(...args: ReadonlyArray<unknown>): Duplex {
    const socket: Duplex = Reflect.apply(Reflect.get(Agent.prototype, "createConnection"), this, args)
    const timer = setTimeout(() => socket.destroy(), connectedForMs)
    socket.once("close", () => clearTimeout(timer))
    return socket
  }
}

const webPush = (settings: WebPushSettings) =>
  Layer.effect(
    PushProvider,
    Effect.gen(function* () {
      const store = yield* PushStore
      const { default: library } = yield* Effect.promise(() => import("web-push"))
      const vapidDetails = {
        subject: settings.contact,
        publicKey: settings.publicKey,
        privateKey: Redacted.value(settings.privateKey)
      }
      const agent = new BriefAgent(settings.certificates === undefined ? {} : { ca: settings.certificates })
      const post = (address: PushAddress, push: Push) => {
        const { auth, endpoint, p256dh } = address
        const { collapseKey, conversationId, kind } = push
        const payload = JSON.stringify({ v: 1, kind, conversationId, collapse: collapseKey })
        const topic = topicOf(vapidDetails.privateKey, push)
        const options = { vapidDetails, TTL: keptForS[kind], urgency: "high", topic, timeout: silentForMs, agent } as const
        return Effect.tryPromise({
          try: () => library.sendNotification({ endpoint, keys: { p256dh, auth } }, payload, options),
          catch: answerOf
        })
      }
      return PushProvider.of({
        name: "Web Push",
        send: (push) =>
          Effect.gen(function* () {
            const address = yield* store.addressOf(push.deviceId)
            if (address === undefined || !isServed(settings.hosts, address.endpoint)) return "unreachable"
            if (push.kind === "cancel" && mustShow(address.endpoint)) return "sent"
            const answer = yield* Effect.match(post(address, push), { onFailure: (refused) => refused, onSuccess: () => undefined })
            if (answer === undefined) return "sent"
            if (!answer.isGone) return yield* new PushFailed({ cause: answer.cause, retryAfterMs: answer.retryAfterMs })
            yield* store.removeAddress(push.deviceId, address.endpoint)
            return "unreachable"
          }).pipe(Effect.catchTag("StoreUnavailable", (cause) => new PushFailed({ cause })))
      })
    })
  )

interface Answer {
  /** The browser has no such subscription any more, or there never was one that could be encrypted for. */
  readonly isGone: boolean
  readonly cause: Error
  readonly retryAfterMs: number | undefined
}

/** Neither the address nor what a push service says of it is for a log. */
const answerOf = (error: unknown): Answer => {
  const { code, headers, statusCode } = error as { code?: unknown; statusCode?: unknown; headers?: Readonly<Record<string, string>> }
  if (typeof statusCode === "number") {
    const after = Number(headers?.["retry-after"])
    const retryAfterMs = after > 0 ? Math.ceil(Math.min(after, waitsMaxS)) * 1_000 : undefined
    return { isGone: statusCode === 404 || statusCode === 410, cause: new Error(`the push service answered ${statusCode}`), retryAfterMs }
  }
  const reason = typeof code === "string" ? code : error instanceof Error ? error.message : "unknown"
  // Its key may be no point of the curve.
  const isGone = code === "ERR_CRYPTO_ECDH_INVALID_PUBLIC_KEY"
  return { isGone, cause: new Error(`the push was not sent (${reason})`), retryAfterMs: undefined }
}
