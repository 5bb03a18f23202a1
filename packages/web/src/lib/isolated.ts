/** A name or a title as a sentence takes it, so that it turns nothing but itself. Pure. */
import { shownName } from "@hibiki/core/domain/NameRules"

/** The scripts that run from right to left, by their blocks, and the mark that stands for one. */
const turned = /[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefe\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u

/** All other names stay as they are for who copies or looks for them: both languages of the page run from left to right, where isolating them changes nothing. */
export const isolated = (name: string): string => {
  const plain = shownName(name)
  return turned.test(plain) ? `\u2068${plain}\u2069` : plain
}
