/** Whether a text can be sent, counted as the server counts: in code points. */
import { Limits } from "@hibiki/core/domain/Limits"
import { codePoints, isBlank } from "@hibiki/core/domain/TextRules"

/** Room is told from here on. */
const toldBelow = 200

export interface MessageLength {
  readonly sendable: boolean
  /** Left to write, when it is little; below 0: too many. */
  readonly left: number | undefined
}

/** As it is sent: without the empty lines and spaces around it that nobody sees. */
export const trimmed = (text: string): string => text.replace(/^(?:[^\S\n]*\n)+/u, "").trimEnd()

export const messageLength = (text: string): MessageLength => {
  const sent = trimmed(text)
  // Counted to its end, so that it can be said by how much it is too long.
  const left = Limits.textMax - codePoints(sent, sent.length)
  return { sendable: left >= 0 && !isBlank(sent), left: left < toldBelow ? left : undefined }
}

/** Where what is left is said to those who hear the page, falling as a text grows. */
const steps = [toldBelow, 100, 50, 10, 1, 0] as const

/** How many of the steps a text has still to pass. */
export const lengthStep = ({ left = Limits.textMax }: MessageLength): number =>
  steps.filter((step) => left >= step).length
