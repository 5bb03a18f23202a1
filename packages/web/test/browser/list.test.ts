/** A list of many conversations: only those near the view stand in the page, and one gets to any of them. */
import { assert, beforeAll, it } from "@effect/vitest"
import type { Page } from "playwright-core"
import { type Account, createGroup, makeAccount } from "./harness/api.ts"
import { inTime } from "./harness/eventually.ts"
import { conversationLine, openConversation, signedIn } from "./harness/person.ts"
import { seedEach } from "./harness/seed.ts"
import { useWorld } from "./harness/world.ts"

const world = useWorld()
const count = 150
/** In the order of the list: the newest first. */
let groups: ReadonlyArray<string> = []
let aki: Account
let ben: Account
beforeAll(async () => {
  const { origin } = world.server()
  ;[aki, ben] = await Promise.all([makeAccount(origin, "aki", "Aki"), makeAccount(origin, "ben", "Ben")])
  const made: Array<string> = []
  for (let n = 0; n < count; n++) made.push(await createGroup(origin, aki, `Group ${n}`, [ben]))
  // One after the other, for times of their own.
  await seedEach(origin, aki, made, "hello", 40)
  groups = made.toReversed()
})

const at = (place: number): string => groups[place] ?? assert.fail(`no group ${place}`)
const mounted = (page: Page) => page.locator("[data-conversation]").count()
const placeOf = (page: Page, id: string) =>
  conversationLine(page, id)
    .locator("xpath=..")
    .evaluateAll((lines) =>
      lines.map((line) => `${line.getAttribute("aria-posinset")} of ${line.getAttribute("aria-setsize")}`)
    )
/** Whole, within what is seen of the list: to the pixel that scrolling rounds to. */
const isSeen = (page: Page, id: string) =>
  conversationLine(page, id).evaluateAll(([line]) => {
    const [box, view] = [line?.getBoundingClientRect(), line?.closest("nav")?.getBoundingClientRect()]
    return (
      box !== undefined &&
      view !== undefined &&
      box.height > 0 &&
      box.top > view.top - 1 &&
      box.bottom < view.bottom + 1
    )
  })
const listTop = (page: Page) => page.locator("nav.list").evaluate((list) => list.scrollTop)

it("holds those near the view, also after a leap, and each line where it would be among all", async () => {
  const page = await signedIn(await world.device({ name: "leaps" }), "aki")
  await inTime("the first line", () => isSeen(page, at(0)))
  assert.isBelow(await mounted(page), 50)
  const whole = await page.locator("nav.list").evaluate((list) => list.scrollHeight)
  for (const place of [75, 149, 20]) {
    await page
      .locator("nav.list")
      .evaluate((list, share) => list.scrollTo({ top: list.scrollHeight * share - 200 }), place / count)
    await inTime(`line ${place}`, () => isSeen(page, at(place)))
    assert.deepStrictEqual(await placeOf(page, at(place)), [`${place + 1} of ${count}`])
    assert.isBelow(await mounted(page), 50)
    assert.isAtMost(Math.abs((await page.locator("nav.list").evaluate((list) => list.scrollHeight)) - whole), 2)
  }
})

it("the one that is opened is in view, by a link and by the switcher, and the list stays where it is when one in view is opened", async () => {
  const device = await world.device({ name: "opens" })
  const page = await signedIn(device, "aki")
  await page.goto(`${device.origin}/c/${at(120)}`)
  await inTime("the line of the link", () => isSeen(page, at(120)))
  const before = await listTop(page)
  assert.isAbove(before, 1_000)
  const next = (await isSeen(page, at(121))) ? at(121) : at(119)
  await openConversation(page, next)
  assert.strictEqual(await listTop(page), before)
  await page.keyboard.press("Control+k")
  await page.getByRole("combobox").fill("Group 139")
  await page.getByRole("option", { name: /Group 139/ }).waitFor()
  await page.keyboard.press("Enter")
  await inTime("the line that the switcher opened", () => isSeen(page, at(10)))
})

it("is one Tab stop, walked by keys from end to end", async () => {
  const page = await signedIn(await world.device({ name: "walks" }), "aki")
  await conversationLine(page, at(0)).focus()
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute("data-conversation"))
  await page.keyboard.press("End")
  assert.strictEqual(await focused(), at(count - 1))
  await inTime("the last line", () => isSeen(page, at(count - 1)))
  for (let n = 0; n < 40; n++) await page.keyboard.press("ArrowUp")
  assert.strictEqual(await focused(), at(count - 41))
  await inTime("the line in focus", () => isSeen(page, at(count - 41)))
  await page.keyboard.press("Tab")
  assert.isNull(await page.evaluate(() => document.activeElement?.closest("nav.list") ?? null))
  await page.keyboard.press("Shift+Tab")
  assert.strictEqual(await focused(), at(count - 41))
})

it("the place in the list is kept on a phone while a conversation covers it", async () => {
  const page = await signedIn(await world.device({ name: "comes back", size: "phone" }), "aki")
  await inTime("the first line", () => isSeen(page, at(0)))
  await page.locator("nav.list").evaluate((list) => list.scrollTo({ top: (list.scrollHeight * 72) / 150 - 200 }))
  await inTime("a line far down", () => isSeen(page, at(72)))
  const before = await listTop(page)
  await openConversation(page, at(72))
  await page.goBack()
  await inTime("the line again", () => isSeen(page, at(72)))
  assert.isBelow(Math.abs((await listTop(page)) - before), 2)
})
