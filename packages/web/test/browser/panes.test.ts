/**
 * The panes beside a conversation: as wide as somebody made them, also at the next opening, from the first paint on.
 */
import { assert, beforeAll, it } from "@effect/vitest"
import type { Page } from "playwright-core"
import { type Account, createGroup, makeAccount } from "./harness/api.ts"
import { inTime } from "./harness/eventually.ts"
import { composerOf, signedIn } from "./harness/person.ts"
import { wordsOf } from "./harness/words.ts"
import { useWorld } from "./harness/world.ts"

const world = useWorld()
const { chat, conversations } = wordsOf("en")
const names = { list: conversations.width, details: chat.details.width }
let aki: Account
let group = ""
beforeAll(async () => {
  const { origin } = world.server()
  aki = await makeAccount(origin, "aki", "Aki")
  group = await createGroup(origin, aki, "Panes", [])
})

const edgeOf = (page: Page, pane: "list" | "details") => page.getByRole("separator", { name: names[pane] })
const widthOf = (page: Page, selector: string) =>
  page.locator(selector).evaluate((pane) => Math.round(pane.getBoundingClientRect().width))
/** Adds up all layout shifts of the page until it stands still. */
const shifts = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let sum = 0
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) sum += Number(Reflect.get(entry, "value"))
        }).observe({ type: "layout-shift", buffered: true })
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)))
      })
  )

it("are made wider by keys and by a pointer, and are so at once after a reload", async () => {
  const page = await signedIn(await world.device({ name: "panes", language: "en" }), "aki")
  await page.goto(`${world.server().origin}/c/${group}/details`)
  await composerOf(page).waitFor()
  await edgeOf(page, "list").focus()
  await page.keyboard.press("ArrowRight")
  await page.keyboard.press("ArrowRight")
  assert.strictEqual(await widthOf(page, ".shell-list"), 312)

  const details = (await edgeOf(page, "details").boundingBox()) ?? assert.fail("no edge")
  const [x, y] = [details.x + details.width / 2, details.y + details.height / 2]
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(x - 20, y)
  await page.mouse.move(x - 50, y)
  await page.mouse.up()
  assert.strictEqual(await widthOf(page, ".details"), 370)

  await page.reload()
  await composerOf(page).waitFor()
  await inTime("both edges are back", async () => (await page.getByRole("separator").count()) === 2)
  assert.deepStrictEqual([await widthOf(page, ".shell-list"), await widthOf(page, ".details")], [312, 370])
  assert.isAtMost(await shifts(page), 0.02)

  await edgeOf(page, "list").dblclick()
  await edgeOf(page, "details").dblclick()
  assert.deepStrictEqual([await widthOf(page, ".shell-list"), await widthOf(page, ".details")], [280, 320])
})

it("have no edge to move where one of them is all there is", async () => {
  const page = await signedIn(await world.device({ name: "phone", language: "en", size: "phone" }), "aki")
  await page.goto(`${world.server().origin}/c/${group}/details`)
  await page.locator(".details-body").waitFor()
  assert.strictEqual(await page.getByRole("separator").count(), 0)
})

it("have a way back to the list only where the list is not beside them", async () => {
  const back = (page: Page) => page.getByRole("link", { name: wordsOf("en").chat.header.back })
  for (const size of ["phone", "laptop"] as const) {
    const page = await signedIn(await world.device({ name: `back on a ${size}`, language: "en", size }), "aki")
    await page.goto(`${world.server().origin}/c/${group}`)
    await composerOf(page).waitFor()
    assert.strictEqual(await back(page).count(), size === "phone" ? 1 : 0, size)
  }
})
