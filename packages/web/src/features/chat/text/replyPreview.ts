/** The first line or so of a message, for quotes of it and for what screen readers are told. */
import { plainText } from "./grammar.ts"

export const previewLength = 80

export const replyPreview = (text: string, most = previewLength): string => {
  // More than this is never shown, and the grammar need not read it.
  const line = plainText(text.slice(0, 4 * most))
    .replace(/\s+/gu, " ")
    .trim()
  const points = [...line]
  return points.length <= most ? line : `${points.slice(0, most - 1).join("")}…`
}
