// @vitest-environment jsdom
/** Notifications of this browser: whom they are for, what the server is told, and what ends them. */
import { assert, describe, it } from "@effect/vitest"
import { UserId } from "@hibiki/core/domain/Ids"
import { createRoot, createSignal } from "solid-js"
import { keptIn } from "../../src/lib/kept.ts"
import type { Subscribed } from "../../src/lib/webPush.ts"
import { createPushNotifications } from "../../src/model/notifications.ts"
import type { Chat } from "../../src/runtime/Chat.ts"

const user = (n: number) => UserId.make(`01900000-0000-7000-8000-00000000000${n}`)
const address = { endpoint: "https://push.example/1", p256dh: "p", auth: "a" }

const stage = (answers: Readonly<Record<string, unknown>> = {}) => {
  const told: Array<readonly [string, unknown]> = []
  const done: Array<string> = []
  const browser = { next: address as Subscribed, mayNotify: true }
  const chat = {
    call: async (tag: string, payload: unknown) => {
      told.push([tag, payload])
      const error = answers[tag]
      return error === undefined ? { ok: true, value: { key: "the key" } } : { ok: false, error: { _tag: error } }
    }
  } as unknown as Chat
  const [me, setMe] = createSignal<UserId | undefined>(user(1))
  const kept = keptIn(undefined, window)
  const here = {
    subscribe: async (key: string) => {
      done.push(`subscribed with ${key}`)
      return browser.next
    },
    unsubscribe: async () => {
      done.push("unsubscribed")
    }
  }
  const made = createRoot(() =>
    createPushNotifications({
      kept,
      me,
      whenLive: async () => chat,
      mayNotify: async () => browser.mayNotify,
      here: async () => here
    })
  )
  return { ...made, browser, chat, done, setMe, told }
}

describe("notifications of this browser", () => {
  it("are told to the server with the browser's address, and are of whoever turned them on", async () => {
    const { setMe, told, pushNotifications } = stage()
    assert.isFalse(pushNotifications.on())
    assert.strictEqual(await pushNotifications.change(true), "done")
    assert.isTrue(pushNotifications.on())
    assert.deepStrictEqual(told, [
      ["push.key", undefined],
      ["push.subscribe", address]
    ])
    setMe(user(2))
    assert.isFalse(pushNotifications.on())
  })

  it("are told again with each start, under the key that the server has then, and given up when the browser forbids them", async () => {
    const { browser, chat, done, refresh, told, pushNotifications } = stage()
    await refresh(chat)
    assert.isEmpty(told)
    await pushNotifications.change(true)
    const next = { ...address, endpoint: "https://push.example/2" }
    browser.next = next
    await refresh(chat)
    assert.deepStrictEqual(told.at(-1), ["push.subscribe", next])
    assert.strictEqual(done.at(-1), "subscribed with the key")
    browser.next = "failed"
    await refresh(chat)
    assert.isTrue(pushNotifications.on())
    browser.next = "blocked"
    await refresh(chat)
    assert.deepStrictEqual(told.at(-1), ["push.unsubscribe", undefined])
    assert.isFalse(pushNotifications.on())
  })

  it("are not asked for when the person says no", async () => {
    const { browser, told, pushNotifications } = stage()
    browser.mayNotify = false
    assert.strictEqual(await pushNotifications.change(true), "blocked")
    assert.isEmpty(told)
  })

  it("end when they are turned off, and with the sign-in", async () => {
    const first = stage()
    await first.pushNotifications.change(true)
    assert.strictEqual(await first.pushNotifications.change(false), "done")
    assert.deepStrictEqual(
      [first.done.at(-1), first.told.at(-1), first.pushNotifications.on()],
      ["unsubscribed", ["push.unsubscribe", undefined], false]
    )
    const second = stage()
    await second.signedOut()
    assert.isEmpty(second.done)
    await second.pushNotifications.change(true)
    await second.signedOut()
    assert.deepStrictEqual([second.done.at(-1), second.pushNotifications.on()], ["unsubscribed", false])
  })

  for (const [answers, next, said] of [
    [{}, "blocked", "blocked"],
    [{}, "failed", "failed"],
    [{ "push.key": "NotFound" }, address, "notOffered"],
    [{ "push.key": "Unreachable" }, address, "unreachable"],
    [{ "push.subscribe": "NotFound" }, address, "notOffered"],
    [{ "push.subscribe": "Unavailable" }, address, "unreachable"]
  ] as const)
    it(`are not on when the answer is ${JSON.stringify(answers)} and the browser's ${JSON.stringify(next)}`, async () => {
      const { browser, pushNotifications } = stage(answers)
      browser.next = next
      assert.strictEqual(await pushNotifications.change(true), said)
      assert.isFalse(pushNotifications.on())
    })
})
