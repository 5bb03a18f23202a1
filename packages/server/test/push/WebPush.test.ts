import { readFileSync } from "node:fs"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { ConversationId, DeviceId, UserId } from "@hibiki/core/domain/Ids"
import { collapseKeyOf } from "@hibiki/core/domain/PushPolicy"
import { type Push, type PushFailed, PushProvider } from "@hibiki/core/ports/PushProvider"
import { type PushAddress, PushStore } from "@hibiki/core/ports/PushStore"
import { Effect, Layer, Redacted } from "effect"
import webPush from "web-push"
import { isServed, pushProvider } from "../../src/push/WebPush.ts"
import { certificate, senderOf, startPushService, subscribe } from "./service/PushServiceForTests.ts"

const uuid = (n: number) => `0190b0c0-1111-7abc-8def-${n.toString(16).padStart(12, "0")}`
const conversationId = ConversationId.make(uuid(1))
const push = (kind: Push["kind"]): Push => ({
  ...{ kind, userId: UserId.make(uuid(2)), deviceId: DeviceId.make(uuid(3)), conversationId, seq: 7 },
  ...{ collapseKey: collapseKeyOf(conversationId), reason: "no device in use" }
})

let service: Awaited<ReturnType<typeof startPushService>>
beforeAll(async () => {
  service = await startPushService()
})
afterAll(() => service.stop())

const { privateKey, publicKey } = webPush.generateVAPIDKeys()

/** A provider over a store that holds one address. */
const sending = (address: PushAddress | undefined, hosts: ReadonlyArray<string> = [service.host]) => {
  const removed: Array<string | undefined> = []
  const store = Layer.mock(PushStore, {
    addressOf: () => Effect.succeed(address),
    removeAddress: (_, endpoint) => Effect.sync(() => void removed.push(endpoint))
  })
  const settings = {
    publicKey,
    privateKey: Redacted.make(privateKey),
    contact: "mailto:admin@chat.example",
    hosts,
    certificates: readFileSync(certificate, "utf8")
  }
  const prepare = (kind: Push["kind"] = "wake") =>
    Effect.flatMap(PushProvider, (provider) => provider.prepare(push(kind))).pipe(
      Effect.provide(Layer.provide(pushProvider(settings), store))
    )
  const send = (kind?: Push["kind"]) =>
    Effect.flatMap(prepare(kind), (ready) => (typeof ready === "string" ? Effect.succeed(ready) : ready.send))
  return { prepare, send, removed }
}
const failure = ({ cause, isUnanswered = false, retryAfterMs }: PushFailed) => [
  (cause as Error).message,
  retryAfterMs,
  isUnanswered
]

describe("a push by Web Push", () => {
  it.effect("says to the browser, and to nobody between, which conversation it is about", () =>
    Effect.gen(function* () {
      service.answers({ status: 201 })
      const { address, read } = subscribe(service.host, "/one")
      const { removed, send } = sending(address)
      const from = service.taken.length
      assert.deepStrictEqual([yield* send("wake"), yield* send("cancel")], ["sent", "sent"])
      const [wake, cancel] = service.taken.slice(from)
      if (wake === undefined || cancel === undefined) return assert.fail("two were sent")
      const said = { v: 1, conversationId, collapse: collapseKeyOf(conversationId) }
      assert.deepStrictEqual(
        [read(wake.body), read(cancel.body)],
        [
          { ...said, kind: "wake" },
          { ...said, kind: "cancel" }
        ]
      )
      assert.deepInclude(wake.headers, {
        ...{ ttl: "172800", urgency: "high" },
        "content-encoding": "aes128gcm"
      })
      // A later one stands in the place of an earlier one that the service could not bring yet.
      assert.strictEqual(cancel.headers["topic"], wake.headers["topic"])
      assert.match(`${wake.headers["topic"]}`, /^[\w-]{32}$/)
      assert.notInclude(JSON.stringify(wake.headers), collapseKeyOf(conversationId))
      assert.strictEqual(wake.path, "/one")
      const { claims, key } = senderOf(wake)
      assert.deepInclude(claims, { aud: `https://${service.host}`, sub: "mailto:admin@chat.example" })
      assert.strictEqual(key, publicKey)
      assert.isEmpty(removed)
    })
  )

  it.effect("goes nowhere where the device has no address, or one at another service", () =>
    Effect.gen(function* () {
      const from = service.taken.length
      assert.strictEqual(yield* sending(undefined).send(), "unreachable")
      const { address } = subscribe(service.host, "/elsewhere")
      const { removed, send } = sending(address, ["push.example"])
      assert.strictEqual(yield* send(), "unreachable")
      assert.isEmpty(removed)
      assert.strictEqual(service.taken.length, from)
    })
  )

  it.effect("forgets an address that is gone, or that nothing can be encrypted for", () =>
    Effect.gen(function* () {
      const { address } = subscribe(service.host, "/gone")
      for (const status of [404, 410]) {
        service.answers({ status })
        const { removed, send } = sending(address)
        assert.strictEqual(yield* send(), "unreachable")
        assert.deepStrictEqual(removed, [address.endpoint])
      }
      const { removed, send } = sending({ ...address, p256dh: `B${"A".repeat(86)}` })
      assert.strictEqual(yield* send(), "unreachable")
      assert.deepStrictEqual(removed, [address.endpoint])
    })
  )

  it.effect("is tried again when the service is full, away or wrong, and says nothing of the address", () =>
    Effect.gen(function* () {
      const { address } = subscribe(service.host, "/later")
      const { removed, send } = sending(address)
      service.answers({ status: 429, headers: { "retry-after": "7" } })
      assert.deepStrictEqual(failure(yield* Effect.flip(send())), ["the push service answered 429", 7_000, false])
      service.answers({ status: 503, headers: { "retry-after": "1e300" } })
      assert.deepStrictEqual(failure(yield* Effect.flip(send())), ["the push service answered 503", 3_600_000, false])
      service.answers({ status: 500 })
      assert.deepStrictEqual(failure(yield* Effect.flip(send())), ["the push service answered 500", undefined, false])
      const away = sending({ ...address, endpoint: "https://localhost:1/later" }, ["localhost:1"])
      assert.deepStrictEqual(failure(yield* Effect.flip(away.send())), [
        "the push was not sent (ECONNREFUSED)",
        undefined,
        true
      ])
      assert.isEmpty([...removed, ...away.removed])
    })
  )

  it.effect("is told by the service it goes to, one for all hosts of a name", () =>
    Effect.gen(function* () {
      const of = (host: string, hosts: ReadonlyArray<string>) =>
        Effect.map(
          sending(subscribe(host, "/one").address, hosts).prepare(),
          (ready) => typeof ready === "object" && ready.service
        )
      const hosts = ["fcm.googleapis.com", "*.push.apple.com"]
      assert.deepStrictEqual(
        [
          yield* of("fcm.googleapis.com", hosts),
          yield* of("web.push.apple.com", hosts),
          yield* of("api.push.apple.com", hosts)
        ],
        ["fcm.googleapis.com", "*.push.apple.com", "*.push.apple.com"]
      )
    })
  )

  it.effect("is not taken back where a push that shows nothing ends the subscription", () =>
    Effect.gen(function* () {
      const { address } = subscribe("web.push.apple.com", "/one")
      assert.strictEqual(yield* sending(address, ["*.push.apple.com"]).send("cancel"), "sent")
    })
  )

  it("goes only to push services that are known", () => {
    const hosts = ["fcm.googleapis.com", "*.push.apple.com", "localhost:8443"]
    for (const good of [
      "https://fcm.googleapis.com/fcm/send/a",
      "https://web.push.apple.com/b",
      "https://localhost:8443/c"
    ])
      assert.isTrue(isServed(hosts, good), good)
    for (const bad of [
      ...[
        "http://fcm.googleapis.com/a",
        "https://fcm.googleapis.com:8443/a",
        "https://fcm.googleapis.com.evil.example/a"
      ],
      ...[
        "https://fcm.googleapis.com@10.0.0.1/a",
        "https://push.apple.com/a",
        "https://evilpush.apple.com/a",
        "https://127.0.0.1/",
        "nothing"
      ],
      // Two readers of addresses take them for different hosts.
      ...[
        "https://127.0.0.1;x.push.apple.com/a",
        "https://evil.example`.push.apple.com/a",
        'https://10.0.0.1".push.apple.com/a'
      ],
      ...["https://a@web.push.apple.com/", "https://WEB.push.apple.com/a", "https://web.push.apple.com/\0"]
    ])
      assert.isFalse(isServed(hosts, bad), bad)
  })
})
