/**
 * The first start as a new user meets it: the admin link makes the first account, the next ones register by the rule
 * that was set.
 */
import { assert, describe, it } from "@effect/vitest"
import { finish } from "../../../server/test/e2e/harness.ts"
import type { Device } from "./harness/browser.ts"
import { isLive, register, signIn } from "./harness/person.ts"
import { startTestServer } from "./harness/server.ts"
import { wordsOf } from "./harness/words.ts"
import { useWorld, useWorldOf } from "./harness/world.ts"

const path = (link: string) => link.slice(new URL(link).origin.length)

describe("where an invite is needed", () => {
  const world = useWorldOf(() => startTestServer({ HIBIKI_REGISTRATION: "invite" }, "none"))
  let inviteLink = ""

  it("the admin link makes the first account, on a laptop, in English and light", async () => {
    const laptop = await world.device({ name: "admin", size: "laptop", language: "en", theme: "light" })
    const link = world.server().adminLink
    assert.isDefined(link)
    const page = await laptop.open(path(link ?? ""))
    await register(laptop, page, "aki", "Aki")
    await isLive(page)
    assert.notInclude(page.url(), "invite", "the code is gone from the address")
    const words = wordsOf("en")
    await page.getByText(words.conversations.firstSteps).waitFor()

    await page.goto(`${world.server().origin}/settings`)
    await page.getByRole("button", { name: words.settings.inviteCreate }).click()
    const shown = page.getByLabel(words.settings.inviteLink, { exact: true })
    await shown.waitFor()
    inviteLink = await shown.inputValue()
    assert.match(inviteLink, /^http:\/\/127\.0\.0\.1:\d+\/register#invite=[\w-]+$/)
  })

  it("the admin link works once", async () => {
    const other = await world.device({ name: "second", size: "laptop", language: "en" })
    const page = await other.open(path(world.server().adminLink ?? ""))
    other.expectProblem(/40\d/)
    await register(other, page, "mallory", "Mallory")
    await page.getByText(wordsOf("en").session.failed.registration.invite_invalid).waitFor()
  })

  it("an invite makes the next one, on a phone, in Japanese and dark", async () => {
    const phone = await world.device({ name: "invited", size: "phone", language: "ja", theme: "dark" })
    const page = await phone.open(path(inviteLink))
    await page.getByText(wordsOf("ja").session.invited).waitFor()
    assert.strictEqual(await page.locator("html").getAttribute("lang"), "ja")
    await register(phone, page, "haru", "はる")
    await isLive(page)
    await page.getByText(wordsOf("ja").conversations.empty).first().waitFor()
    const color = await page.evaluate(() => getComputedStyle(document.body).color)
    assert.strictEqual(color, "rgb(232, 230, 225)", "text on the dark surface")
  })

  it("without one, the page asks for the code", async () => {
    const laptop = await world.device({ name: "without", language: "ja" })
    const page = await laptop.open("/register")
    await page.getByLabel(wordsOf("ja").session.invite, { exact: true }).waitFor()
  })
})

describe("where registration is closed", () => {
  const world = useWorld({ HIBIKI_REGISTRATION: "closed" })

  it("the admin link still works, and nobody else gets an account", async () => {
    const phone = await world.device({ name: "admin", size: "phone", language: "en" })
    const page = await phone.open(path(world.server().adminLink ?? ""))
    await register(phone, page, "aki", "Aki")
    await isLive(page)
    const stranger = await world.device({ name: "stranger", language: "en" })
    const closed = await stranger.open("/register")
    await closed.getByText(wordsOf("en").session.registrationClosed).waitFor()
  })
})

describe("where anyone may register", () => {
  const world = useWorld({ HIBIKI_REGISTRATION: "open" })

  for (const size of ["phone", "laptop"] as const)
    for (const language of ["ja", "en"] as const)
      for (const theme of ["light", "dark"] as const)
        it(`an account is made on a ${size}, in ${language}, ${theme}; a reload stays signed in; a second tab is at once`, async () => {
          const device: Device = await world.device({ name: `${size} ${language} ${theme}`, size, language, theme })
          const page = await device.open("/")
          await page.getByText(wordsOf(language).session.toRegister).click()
          await register(device, page, `who.${size}.${language}.${theme}`, "だれか")
          await isLive(page)
          await page.reload()
          await isLive(page)
          await isLive(await device.open("/"))
        })

  it("a wrong password says so, and a right one lets in", async () => {
    const device = await world.device({ name: "again", language: "en" })
    const page = await device.open("/sign-in")
    device.expectProblem(/40\d/)
    const words = wordsOf("en").session
    await page.getByLabel(words.handle, { exact: true }).fill("who.phone.en.light")
    await page.getByLabel(words.password, { exact: true }).fill("not the password")
    await page.getByRole("button", { name: words.signIn, exact: true }).click()
    await page.getByText(words.failed.signIn).waitFor()
    await signIn(device, page, "who.phone.en.light")
  })
  it("a forgotten password is replaced from the command line: its devices are out, and the new one lets in", async () => {
    const device = await world.device({ name: "forgetful", language: "en" })
    const page = await device.open("/sign-in")
    await signIn(device, page, "who.laptop.en.dark")
    device.expectProblem(/40[013]|WebSocket/)
    const { code, stdout } = await finish(["user", "reset-password", "who.laptop.en.dark"], world.server().variables)
    assert.strictEqual(code, 0)
    const words = wordsOf("en").session
    await page.getByText(words.why.revoked).waitFor()
    const fresh = /: (\S+)$/m.exec(stdout)?.[1]
    assert.isDefined(fresh, stdout)
    await page.getByLabel(words.handle, { exact: true }).fill("who.laptop.en.dark")
    await page.getByLabel(words.password, { exact: true }).fill(fresh ?? "")
    await page.getByRole("button", { name: words.signIn, exact: true }).click()
    await isLive(page)
  })
})
