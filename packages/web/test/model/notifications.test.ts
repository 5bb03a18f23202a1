// @vitest-environment jsdom
/** Who chose notifications of open pages in this browser, and what ends them. */
import { assert, describe, it } from "@effect/vitest"
import { UserId } from "@hibiki/core/domain/Ids"
import { createRoot, createSignal } from "solid-js"
import { keptIn } from "../../src/lib/kept.ts"
import { createNotifications } from "../../src/model/notifications.ts"

const user = (n: number) => UserId.make(`01900000-0000-7000-8000-00000000000${n}`)

const stage = () => {
  const browser = { permission: "default" as "default" | "granted" | "denied", asked: 0 }
  const [me, setMe] = createSignal<UserId | undefined>(user(1))
  const kept = keptIn(undefined, window)
  const mayNotify = async () => {
    browser.asked++
    if (browser.permission === "default") browser.permission = "granted"
    return browser.permission === "granted"
  }
  const make = () =>
    createRoot(() => createNotifications({ kept, me, permission: () => browser.permission, mayNotify }))
  return { notifications: make(), browser, make, setMe }
}

describe("notifications of open pages", () => {
  it("are off, and nobody is asked, until a person turns them on; that is kept, for this person", async () => {
    const { notifications, browser, make, setMe } = stage()
    assert.isFalse(notifications.on())
    assert.strictEqual(browser.asked, 0)
    assert.strictEqual(await notifications.change(true), "done")
    assert.isTrue(notifications.on())
    assert.isTrue(make().on())
    setMe(user(2))
    assert.isFalse(notifications.on())
    setMe(user(1))
    assert.strictEqual(await notifications.change(false), "done")
    assert.isFalse(make().on())
  })

  it("stay off where the browser does not allow them, and go off when it does not any more", async () => {
    const { notifications, browser } = stage()
    browser.permission = "denied"
    assert.strictEqual(await notifications.change(true), "blocked")
    assert.isFalse(notifications.on())
    browser.permission = "granted"
    await notifications.change(true)
    browser.permission = "denied"
    assert.isFalse(notifications.on())
  })

  it("are followed by the other tabs", async () => {
    const { notifications, browser } = stage()
    browser.permission = "granted"
    dispatchEvent(new StorageEvent("storage", { key: "hibiki.alerts", newValue: user(1) }))
    assert.isTrue(notifications.on())
  })
})
