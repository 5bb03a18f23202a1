/**
 * Copies a text to the clipboard, and reports whether it worked: a plain http page has no clipboard, and a browser may
 * refuse.
 */
import type { App } from "../../../model/App.ts"

export const copyText = async ({ i18n, toasts }: Pick<App, "i18n" | "toasts">, text: string): Promise<void> => {
  const copied = await written(text)
  const { told } = i18n.t().chat
  toasts.show({ text: copied ? told.copied : told.notCopied })
}

const written = async (text: string): Promise<boolean> => {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    // The user can still select the text.
    return false
  }
}
