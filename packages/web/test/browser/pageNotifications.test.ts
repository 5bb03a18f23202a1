/**
 * Notifications of an open page: turned on by a click, shown while nobody looks, one for each conversation, until that
 * is read, here or elsewhere.
 */
import { assert, beforeAll, it } from "@effect/vitest"
import { ConversationId } from "@hibiki/core/domain/Ids"
import type { Page } from "playwright-core"
import { createGroup, makeAccount } from "./harness/api.ts"
import type { Device } from "./harness/browser.ts"
import { equalInTime, inTime } from "./harness/eventually.ts"
import { conversationLine, isLive, signedIn, unreadOf } from "./harness/person.ts"
import { setHidden } from "./harness/presence.ts"
import { wordsOf } from "./harness/words.ts"
import { useWorld } from "./harness/world.ts"

const world = useWorld({}, { whole: true })
let room = ""
let quiet = ""
beforeAll(async () => {
  const { origin } = world.server()
  const aki = await makeAccount(origin, "aki", "Aki")
  const ben = await makeAccount(origin, "ben", "Ben")
  room = await createGroup(origin, ben, "Room", [aki])
  quiet = await createGroup(origin, ben, "Quiet", [aki])
})

/** The browser's own, of which is noted what stands by its tag, and how many were ever shown. */
const noting = (device: Device) =>
  device.context.addInitScript(() => {
    const noted = { shown: 0, standing: new Map<string, Notification>() }
    class Noted extends Notification {
      constructor(title: string, options?: NotificationOptions) {
        super(title, options)
        noted.shown++
        noted.standing.set(this.tag, this)
      }
      override close(): void {
        if (noted.standing.get(this.tag) === this) noted.standing.delete(this.tag)
        super.close()
      }
    }
    Object.assign(globalThis, { Notification: Noted, noted })
  })

interface Noted {
  readonly shown: number
  readonly standing: ReadonlyMap<string, Notification>
}
const standing = (page: Page) =>
  page.evaluate(() => {
    const noted: Noted = Reflect.get(globalThis, "noted")
    return [...noted.standing.values()].map(({ body, tag, title }) => [tag, title, body] as const)
  })
const shownCount = (page: Page) => page.evaluate((): number => Reflect.get(globalThis, "noted").shown)
const click = (page: Page, tag: string) =>
  page.evaluate((of) => {
    const noted: Noted = Reflect.get(globalThis, "noted")
    noted.standing.get(of)?.dispatchEvent(new Event("click"))
  }, tag)

/** A laptop whose person has turned them on, at the list. */
const listening = async (): Promise<readonly [Device, Page]> => {
  const device = await world.device({ name: "laptop", language: "en" })
  await device.context.grantPermissions(["notifications"], { origin: device.origin })
  await noting(device)
  const page = await signedIn(device, "aki")
  await page.goto(`${device.origin}/settings`)
  await page.getByRole("switch", { name: wordsOf("en").settings.pageNotifications }).check()
  await inTime("it to be kept", () => page.evaluate(() => localStorage.getItem("hibiki.alerts") !== null))
  await page.goto(device.origin)
  await isLive(page)
  return [device, page]
}

it("appear while the page is hidden, lead to the conversation, and are closed when it is read", async () => {
  const [, page] = await listening()
  const ben = await world.terminal("ben")
  ben.open(room)
  await setHidden(page, true)
  ben.post(room, "are you there?")
  const one = (text: string) => [[`hibiki-${room}`, "Room", `Ben: ${text}`] as const]
  await equalInTime(
    "a notification",
    () => standing(page),
    () => one("are you there?")
  )
  ben.post(room, "hello?")
  await equalInTime(
    "another in its place",
    () => standing(page),
    () => one("hello?")
  )

  await click(page, `hibiki-${room}`)
  await page.waitForURL(`**/c/${room}`)
  await equalInTime(
    "none after the click",
    () => standing(page),
    () => []
  )
  // Not read before somebody looks: the next one stands beside what is open.
  ben.post(room, "still there?")
  await equalInTime(
    "one of what is open",
    () => standing(page),
    () => one("still there?")
  )
  await setHidden(page, false)
  await equalInTime(
    "none of what was read",
    () => standing(page),
    () => []
  )
})

it("are closed when the conversation is read on another device", async () => {
  const [, page] = await listening()
  const [ben, phone] = [await world.terminal("ben"), await world.terminal("aki")]
  ben.open(room)
  phone.open(room)
  await setHidden(page, true)
  ben.post(room, "on your phone")
  await equalInTime(
    "a notification",
    async () => (await standing(page)).length,
    () => 1
  )
  const last = await inTime(
    "the phone to have it",
    () => phone.lines(room).find(([, text]) => text === "on your phone")?.[0]
  )
  phone.client.read(ConversationId.make(room), last)
  await equalInTime(
    "none of what was read",
    () => standing(page),
    () => []
  )
})

it("do not appear while another tab is looked at, or once they are turned off", async () => {
  const [device, page] = await listening()
  const ben = await world.terminal("ben")
  for (const id of [room, quiet]) ben.open(id)
  const before = await unreadOf(page, quiet)
  assert.strictEqual(before, "")
  await setHidden(page, true)
  const second = await device.open("/")
  await isLive(second)
  ben.post(quiet, "one")
  await equalInTime(
    "it to have come",
    () => unreadOf(page, quiet),
    () => "1"
  )
  await setHidden(second, true)
  ben.post(quiet, "two")
  await equalInTime(
    "one notification, of one of the tabs",
    async () => [await standing(page), await standing(second)].flat().map(([, , text]) => text),
    () => ["Ben: two"]
  )
  await second.goto(`${device.origin}/settings`)
  await second.getByRole("switch", { name: wordsOf("en").settings.pageNotifications }).uncheck()
  await equalInTime(
    "none any more",
    async () => [await standing(page), await standing(second)].flat(),
    () => []
  )
  const shown = await shownCount(page)
  ben.post(quiet, "three")
  await conversationLine(page, quiet).getByText("three").waitFor({ state: "attached" })
  assert.strictEqual(await shownCount(page), shown)
})
