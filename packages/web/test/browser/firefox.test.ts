/**
 * In Firefox: one signs in, talks with somebody in Chromium, writes without a network, opens the page again there, and
 * all of it is sent once, in order.
 */
import { afterAll, assert, beforeAll, it } from "@effect/vitest"
import { type Account, makeAccount, openDirect, password, readLog } from "./harness/api.ts"
import { equalInTime, inTime } from "./harness/eventually.ts"
import { type Firefox, openFirefox } from "./harness/firefox.ts"
import { messageRow, post, signedIn } from "./harness/person.ts"
import { useWorld } from "./harness/world.ts"

const world = useWorld()
let firefox: Firefox
let aki: Account
let ben: Account
let direct = ""
beforeAll(async () => {
  const { origin } = world.server()
  firefox = await openFirefox()
  ;[aki, ben] = await Promise.all([makeAccount(origin, "aki", "Aki"), makeAccount(origin, "ben", "Ben")])
  direct = await openDirect(origin, aki, ben)
})
afterAll(() => firefox?.close())

/** Reading a page that is being left fails. */
const seen = (what: string, look: () => Promise<boolean>) => inTime(what, () => look().catch(() => false))
const isThere = (selector: string) => firefox.ask((wanted) => document.querySelector(wanted) !== null, selector)
const count = (selector: string) => firefox.ask((wanted) => document.querySelectorAll(wanted).length, selector)
const written = () =>
  firefox.ask((selector) => document.querySelector<HTMLTextAreaElement>(selector)?.value ?? "", "textarea")
const textIs = (wanted: string) =>
  equalInTime(
    "what is written",
    () => written(),
    () => wanted
  )
const logIs = (wanted: ReadonlyArray<string>) =>
  equalInTime(
    "the log",
    async () => (await readLog(world.server().origin, aki, direct)).map(([, text]) => text),
    () => wanted,
    60_000
  )
const toField = (selector: string) =>
  seen(`the field ${selector}`, () =>
    firefox.ask((wanted) => {
      const field = document.querySelector<HTMLElement>(wanted)
      field?.focus()
      return field !== null && field === document.activeElement
    }, selector)
  )

it("signs in, talks, is cut off, opens without a network, and heals: everything is sent once, in order", async () => {
  const { origin } = world.server()
  const bens = await world.device({ name: "ben in Chromium" })
  const benPage = await signedIn(bens, "ben")
  await benPage.goto(`${origin}/c/${direct}`)

  await firefox.open(`${origin}/sign-in`)
  await toField('input[autocomplete~="username"]')
  await firefox.type("aki")
  await toField('input[type="password"]')
  await firefox.type(password)
  await firefox.press("Enter")
  await seen("the live page", () => isThere('body[data-live="true"]'))

  // The composer has the focus, and keeps the browser's undo.
  await firefox.open(`${origin}/c/${direct}`)
  await seen("the composer with the focus", () =>
    firefox.ask((selector) => document.activeElement?.matches(selector) === true, "textarea")
  )
  await firefox.type("hello ben")
  await textIs("hello ben")
  for (let n = 0; n < 3; n++) await firefox.press("Shift", "ArrowLeft")
  for (const [key, wanted] of [
    ["b", "hello **ben**"],
    ["z", "hello ben"],
    ["y", "hello **ben**"]
  ] as const) {
    await firefox.press("Control", key)
    await textIs(wanted)
  }
  await firefox.press("Enter")
  await logIs(["hello **ben**"])
  await messageRow(benPage, "hello ben").waitFor()
  await post(bens, benPage, "hello aki")
  await seen("the answer", () =>
    firefox.ask((text) => document.querySelector(".timeline")?.textContent?.includes(text) === true, "hello aki")
  )

  await seen("the worker that opens the page without a network", () =>
    firefox.ask(
      async (state) => (await navigator.serviceWorker.getRegistration())?.active?.state === state,
      "activated"
    )
  )
  firefox.network.set("cut")
  await seen("the cut", async () => !(await isThere('body[data-live="true"]')))
  for (const text of ["one", "two"]) {
    await firefox.type(text)
    await firefox.press("Enter")
  }
  await seen("two that wait", async () => (await count("article[data-pending]")) === 2)
  await firefox.open(`${origin}/c/${direct}`)
  await seen("two that wait after a start without a network", async () => (await count("article[data-pending]")) === 2)
  await toField("textarea")
  await firefox.type("three")
  await firefox.press("Enter")
  await seen("three that wait", async () => (await count("article[data-pending]")) === 3)
  await post(bens, benPage, "meanwhile")
  firefox.network.set("up")
  await logIs(["hello **ben**", "hello aki", "meanwhile", "one", "two", "three"])
  await seen(
    "all as it is stored",
    async () => (await count("article[data-pending]")) === 0 && (await count("article[data-seq]")) === 6
  )
  for (const text of ["one", "two", "three"]) await messageRow(benPage, text).waitFor()
  assert.deepStrictEqual(firefox.problems(), [])
})
