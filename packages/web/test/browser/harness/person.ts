/** What a person does in the page, by what they read there. */
import type { Page } from "playwright-core"
import { password } from "./api.ts"
import type { Device as AnyDevice } from "./browser.ts"
import { timelineOf } from "./screen.ts"
import { wordsOf } from "./words.ts"

type Device = Pick<AnyDevice, "language">

/** A client that failed for long waits up to 30 s between two tries. */
const backOffMs = 45_000

/** The live part is connected, and nothing is missing any more. */
export const isLive = (page: Page) =>
  page.locator('body[data-live="true"]').waitFor({ state: "attached", timeout: backOffMs })

export const register = async (device: Device, page: Page, handle: string, displayName: string) => {
  const words = wordsOf(device.language).session
  // Only this form's: the one for signing in, which may still be on the screen, asks for a username, too.
  await page.getByRole("button", { name: words.register, exact: true }).waitFor()
  await page.getByLabel(words.handle, { exact: true }).fill(handle)
  await page.getByLabel(words.displayName, { exact: true }).fill(displayName)
  await page.getByLabel(words.password, { exact: true }).fill(password)
  await page.getByRole("button", { name: words.register, exact: true }).click()
}

export const signIn = async (device: Device, page: Page, handle: string) => {
  const words = wordsOf(device.language).session
  await page.getByLabel(words.handle, { exact: true }).fill(handle)
  await page.getByLabel(words.password, { exact: true }).fill(password)
  await page.getByRole("button", { name: words.signIn, exact: true }).click()
  await isLive(page)
}

/** A device that has signed in, with its first tab at the list. */
export const signedIn = async (device: AnyDevice, handle: string): Promise<Page> => {
  const page = await device.open("/sign-in")
  await signIn(device, page, handle)
  return page
}

export const conversationLine = (page: Page, conversationId: string) =>
  page.locator(`[data-conversation="${conversationId}"]`)

/** By its line in the list. */
export const openConversation = async (page: Page, conversationId: string) => {
  await conversationLine(page, conversationId).click()
  await timelineOf(page).waitFor()
}

export const composerOf = (page: Page) => page.locator("textarea").last()

/** Types as on a keyboard and sends by Enter, or by the button on a phone. */
export const post = async (device: Device, page: Page, text: string) => {
  const composer = composerOf(page)
  await composer.fill(text)
  await page.getByRole("button", { name: wordsOf(device.language).chat.composer.send, exact: true }).click()
}

export const messageRow = (page: Page, text: string) => timelineOf(page).locator("[data-seq]").filter({ hasText: text })

/** The state beside the line of a direct conversation: of the other side. */
export const dotOf = (page: Page, conversationId: string): Promise<string | undefined> =>
  conversationLine(page, conversationId)
    .locator("[data-presence]")
    .evaluateAll((dots) => dots[0]?.getAttribute("data-presence") ?? undefined)

/** In one look: the badge may go at any moment. */
export const unreadOf = (page: Page, conversationId: string): Promise<string> =>
  conversationLine(page, conversationId)
    .locator("[data-unread]")
    .evaluateAll((badges) => badges[0]?.getAttribute("data-unread") ?? "")
