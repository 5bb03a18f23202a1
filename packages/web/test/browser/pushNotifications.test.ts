/**
 * Notifications: turned on in the settings, shown by the worker though no page is in front, taken back, and gone with
 * the sign-in.
 */
import { assert, beforeAll, it } from "@effect/vitest"
import type { Page } from "playwright-core"
import { finish } from "../../../server/test/e2e/harness.ts"
import { createGroup, makeAccount } from "./harness/api.ts"
import { equalInTime, inTime } from "./harness/eventually.ts"
import { signedIn } from "./harness/person.ts"
import { wordsOf } from "./harness/words.ts"
import { useWorld } from "./harness/world.ts"

/** As whoever runs it makes them. */
const keys = Object.fromEntries(
  (await finish(["push", "keys"], {})).stdout
    .trim()
    .split("\n")
    .map((line) => line.split("="))
)
const world = useWorld({ ...keys, HIBIKI_PUSH_CONTACT: "mailto:admin@chat.example" }, { whole: true })
let room = ""
beforeAll(async () => {
  const { origin } = world.server()
  const aki = await makeAccount(origin, "aki", "Aki")
  room = await createGroup(origin, aki, "Room", [await makeAccount(origin, "ben", "Ben")])
})

/** This machine reaches no push service: the browser is given what one would have given out. */
const withPushService = async (page: Page) => {
  await page.addInitScript(() => {
    const keys = { p256dh: `B${"A".repeat(86)}`, auth: "A".repeat(22) }
    const bytesOf = (key: string) =>
      Uint8Array.from(atob(key.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0)).buffer
    interface Subscription {
      readonly options: { readonly applicationServerKey: ArrayBuffer }
      readonly toJSON: () => unknown
      readonly unsubscribe: () => Promise<boolean>
    }
    let current: Subscription | null = null
    let made = 0
    Object.assign(PushManager.prototype, {
      getSubscription: async () => current,
      subscribe: async ({ applicationServerKey }: { applicationServerKey: string }) => {
        document.documentElement.dataset["subscriptions"] = `${++made}`
        current = {
          options: { applicationServerKey: bytesOf(applicationServerKey) },
          toJSON: () => ({ endpoint: "https://updates.push.services.mozilla.com/wpush/v2/test", keys }),
          unsubscribe: async () => {
            current = null
            return true
          }
        }
        return current
      }
    })
  })
  await page.reload()
}

const shown = (page: Page): Promise<ReadonlyArray<readonly [string, string]>> =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready
    return (await registration.getNotifications()).map(({ body, tag }) => [tag, body] as const)
  })

it("are turned on in the settings, and come though the page is not in front", async () => {
  const device = await world.device({ name: "laptop", language: "en" })
  await device.context.grantPermissions(["notifications"], { origin: device.origin })
  const page = await signedIn(device, "aki")
  await withPushService(page)
  await page.goto(`${device.origin}/settings`)
  const words = wordsOf("en").settings
  const toggle = page.getByRole("switch", { name: words.pushNotifications })
  await toggle.check()
  await inTime("the server to know of it", () => page.evaluate(() => localStorage.getItem("hibiki.notifies") !== null))
  assert.isTrue(await toggle.isChecked())

  const worker = await device.context.newCDPSession(page)
  const registered = new Promise<string>((resolve) => {
    worker.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const [one] = registrations
      if (one !== undefined) resolve(one.registrationId)
    })
  })
  await worker.send("ServiceWorker.enable")
  const registrationId = await registered
  const push = (more: object) =>
    worker.send("ServiceWorker.deliverPushMessage", {
      ...{ origin: device.origin, registrationId },
      data: JSON.stringify({ v: 1, conversationId: room, collapse: "key", ...more })
    })
  await page.evaluate(() => navigator.serviceWorker.ready)
  // The one that was made is of the server's key, so that there is no second one.
  assert.strictEqual(await page.evaluate(() => document.documentElement.dataset["subscriptions"]), "1")
  // Nobody is told whether a push was delivered, so each comes until it has done what it is for: under one key they are
  // one.
  const comesTo = (what: string, kind: string, wanted: ReadonlyArray<readonly [tag: string, body: string]>) =>
    equalInTime(
      what,
      async () => {
        await push({ kind })
        return shown(page)
      },
      () => wanted
    )
  await comesTo("one notification", "wake", [["key", "You have new messages"]])
  await comesTo("none any more", "cancel", [])

  // The page may be in another language than the browser.
  await page.getByRole("radio", { name: words.languages.ja }).check()
  await page.getByRole("switch", { name: wordsOf("ja").settings.pushNotifications }).waitFor()
  await comesTo("one in the page's language", "wake", [["key", "新しいメッセージがあります"]])

  await page.getByRole("radio", { name: words.languages.en }).check()
  await toggle.uncheck()
  await inTime("it to be forgotten", () => page.evaluate(() => localStorage.getItem("hibiki.notifies") === null))
})

it("that is clicked is followed by the page that is open, which is not loaded anew", async () => {
  const device = await world.device({ name: "desk", language: "en" })
  await device.context.grantPermissions(["notifications"], { origin: device.origin })
  const page = await signedIn(device, "ben")
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
  await page.evaluate(() => {
    document.documentElement.dataset["since"] = "before"
  })
  const worker = device.context.serviceWorkers()[0] ?? assert.fail("no worker")
  // Nobody's hand is on this browser: it would refuse the focus.
  await worker.evaluate(`(async () => {
    WindowClient.prototype.focus = async function () { return this }
    await registration.showNotification("Hibiki", { data: "${room}" })
    const [notification] = await registration.getNotifications()
    dispatchEvent(new NotificationEvent("notificationclick", { notification }))
  })()`)
  await page.waitForURL(`${device.origin}/c/${room}`)
  assert.strictEqual(await page.evaluate(() => document.documentElement.dataset["since"]), "before")
})
