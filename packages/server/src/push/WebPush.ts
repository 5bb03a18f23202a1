/**
 * Web Push (RFC 8030, 8291 and 8292): notifications go to the push services of browsers, encrypted for the device, and
 * say no more than that something is unread.
 */
import { createHmac } from "node:crypto"
import { Agent } from "node:https"
import type { Duplex } from "node:stream"
import type { DeviceId } from "@hibiki/core/domain/Ids"
import { wakeForMs } from "@hibiki/core/domain/PushPolicy"
import { type Push, PushFailed, PushProvider, PushProviderLog } from "@hibiki/core/ports/PushProvider"
import { PushServices } from "@hibiki/core/ports/PushServices"
import { type PushAddress, PushStore } from "@hibiki/core/ports/PushStore"
import { Effect, Layer, Redacted } from "effect"

export interface WebPushSettings {
  readonly publicKey: string
  readonly privateKey: Redacted.Redacted
  /** The contact for push services: mailto: or https:. */
  readonly contact: string
  /** Hosts of push services, with a port if it is not 443; `*.` in front stands for any name below. */
  readonly hosts: ReadonlyArray<string>
  /** Certificates to trust instead of the usual ones. */
  readonly certificates?: string
}

/**
 * How long a push service stores an undelivered push (s). A notification is useful for days; a cancellation only has to
 * replace it.
 */
const keptForS = { wake: wakeForMs / 1_000, cancel: 60 } as const
const silentForMs = 8_000
const connectedForMs = 10_000
/** The longest pause that a push service may request (s). */
const waitsMaxS = 3_600

export const pushServices = (settings: WebPushSettings | undefined): Layer.Layer<PushServices> =>
  settings === undefined
    ? PushServices.none
    : Layer.succeed(
        PushServices,
        PushServices.of({ key: settings.publicKey, serves: (endpoint) => isServed(settings.hosts, endpoint) })
      )

/** Without settings each push notification is a line of the log. */
export const pushProvider = (settings: WebPushSettings | undefined): Layer.Layer<PushProvider, never, PushStore> =>
  settings === undefined ? PushProviderLog : webPush(settings)

/**
 * Only in the form that browsers write. The host may contain nothing that another parser of addresses could take for
 * the end of the host.
 */
export const isServed = (hosts: ReadonlyArray<string>, endpoint: string): boolean =>
  serviceOf(hosts, endpoint) !== undefined

/** Returns the matching entry: there are as few names as entries. */
const serviceOf = (hosts: ReadonlyArray<string>, endpoint: string): string | undefined => {
  if (!URL.canParse(endpoint)) return undefined
  const { host, href, password, protocol, username } = new URL(endpoint)
  if (
    href !== endpoint ||
    protocol !== "https:" ||
    `${username}${password}` !== "" ||
    !/^[a-z0-9.-]+(?::\d+)?$/.test(host)
  )
    return undefined
  return hosts.find((each) => (each.startsWith("*.") ? host.endsWith(each.slice(1)) : host === each))
}

/** Apple ends the subscription of a page that receives some pushes without showing any. */
const mustShow = (endpoint: string): boolean => new URL(endpoint).host.endsWith(".push.apple.com")

/** A push service learns which pushes replace each other, and not which devices share a conversation. */
const topicOf = (secret: string, { collapseKey, deviceId }: Push): string =>
  createHmac("sha256", secret).update(`${deviceId} ${collapseKey}`).digest("base64url").slice(0, 32)

/** Ends each connection after a time, whatever comes over it: the library bounds only silence. */
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
        const options = {
          vapidDetails,
          TTL: keptForS[kind],
          urgency: "high",
          topic,
          timeout: silentForMs,
          agent
        } as const
        return Effect.tryPromise({
          try: () => library.sendNotification({ endpoint, keys: { p256dh, auth } }, payload, options),
          catch: refusalOf
        })
      }
      const addressOf = (device: DeviceId) =>
        Effect.mapError(store.addressOf(device), (cause) => new PushFailed({ cause }))
      const send = (address: PushAddress, push: Push) =>
        Effect.gen(function* () {
          const refusal = yield* Effect.match(post(address, push), {
            onFailure: (refused) => refused,
            onSuccess: () => undefined
          })
          if (refusal === undefined) return "sent"
          if (!refusal.isGone) return yield* refusal.failed
          yield* store.removeAddress(push.deviceId, address.endpoint)
          return "unreachable"
        }).pipe(Effect.catchTag("StoreUnavailable", (cause) => new PushFailed({ cause })))
      return PushProvider.of({
        name: "Web Push",
        prepare: (push) =>
          Effect.map(addressOf(push.deviceId), (address) => {
            const service = address === undefined ? undefined : serviceOf(settings.hosts, address.endpoint)
            if (address === undefined || service === undefined) return "unreachable"
            if (push.kind === "cancel" && mustShow(address.endpoint)) return "sent"
            return { service, send: send(address, push) }
          })
      })
    })
  )

interface Refusal {
  /** The browser has no such subscription any more, or its keys never allowed encryption. */
  readonly isGone: boolean
  readonly failed: PushFailed
}

/** Neither the address nor a push service's answer about it may be in a log. */
const refusalOf = (error: unknown): Refusal => {
  const { code, headers, statusCode } = error as {
    code?: unknown
    statusCode?: unknown
    headers?: Readonly<Record<string, string>>
  }
  if (typeof statusCode === "number") {
    const after = Number(headers?.["retry-after"])
    const retryAfterMs = after > 0 ? Math.ceil(Math.min(after, waitsMaxS)) * 1_000 : undefined
    const cause = new Error(`the push service answered ${statusCode}`)
    return { isGone: statusCode === 404 || statusCode === 410, failed: new PushFailed({ cause, retryAfterMs }) }
  }
  const reason = typeof code === "string" ? code : error instanceof Error ? error.message : "unknown"
  const cause = new Error(`the push was not sent (${reason})`)
  // Its key may be no point of the curve.
  return {
    isGone: code === "ERR_CRYPTO_ECDH_INVALID_PUBLIC_KEY",
    failed: new PushFailed({ cause, isUnanswered: true })
  }
}
