/** Japanese input as a person's input method does it: a composition that grows, Enter to confirm it. */
import type { Locator, Page } from "playwright-core"

/** Composes `text` and confirms it with an Enter that belongs to the composition (key code 229). */
export const composeJapanese = async (page: Page, field: Locator, text: string): Promise<void> => {
  await field.click()
  const session = await page.context().newCDPSession(page)
  const characters = [...text]
  for (let length = 1; length <= characters.length; length++) {
    const composed = characters.slice(0, length).join("")
    await session.send("Input.imeSetComposition", {
      text: composed,
      selectionStart: composed.length,
      selectionEnd: composed.length
    })
  }
  const enter = { key: "Enter", code: "Enter", windowsVirtualKeyCode: 229, nativeVirtualKeyCode: 229 }
  await session.send("Input.dispatchKeyEvent", { type: "rawKeyDown", ...enter })
  await session.send("Input.insertText", { text })
  await session.send("Input.dispatchKeyEvent", { type: "keyUp", ...enter })
  await session.detach()
}
