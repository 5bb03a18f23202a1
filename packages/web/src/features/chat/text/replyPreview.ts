/** The first line or so of a message, for quotes of it and for what screen readers are told. */
import { plainText } from "./grammar.ts"

export const previewLength = 80

export const replyPreview = (text: string, most = previewLength): string => {
  // The whole text: what is cut off may be the end of a mark, which would show what a spoiler covers.
  const line = plainText(text).replace(/\s+/gu, " ").trim()
  const points = [...line]
  return points.length <= most ? line : `${points.slice(0, most - 1).join("")}…`
}
