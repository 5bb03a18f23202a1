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
  return { alerts: make(), browser, make, setMe }
}

describe("notifications of open pages", () => {
  it("are off, and nobody is asked, until a person turns them on; that is kept, for this person", async () => {
    const { alerts, browser, make, setMe } = stage()
    assert.isFalse(alerts.on())
    assert.strictEqual(browser.asked, 0)
    assert.strictEqual(await alerts.change(true), "done")
    assert.isTrue(alerts.on())
    assert.isTrue(make().on())
    setMe(user(2))
    assert.isFalse(alerts.on())
    setMe(user(1))
    assert.strictEqual(await alerts.change(false), "done")
    assert.isFalse(make().on())
  })

  it("stay off where the browser does not allow them, and go off when it does not any more", async () => {
    const { alerts, browser } = stage()
    browser.permission = "denied"
    assert.strictEqual(await alerts.change(true), "blocked")
    assert.isFalse(alerts.on())
    browser.permission = "granted"
    await alerts.change(true)
    browser.permission = "denied"
    assert.isFalse(alerts.on())
  })

  it("are followed by the other tabs", async () => {
    const { alerts, browser } = stage()
    browser.permission = "granted"
    dispatchEvent(new StorageEvent("storage", { key: "hibiki.alerts", newValue: user(1) }))
    assert.isTrue(alerts.on())
  })
})
