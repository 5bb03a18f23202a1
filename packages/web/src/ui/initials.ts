/**
 * What an avatar shows when there is no picture: one or two letters, and one of eight tints that stays with the person.
 */

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" })

/** Letters of two words in scripts that part words, otherwise the first sign of the name. */
export const initials = (name: string): string => {
  const words = name
    .trim()
    .split(/[\s._-]+/u)
    .filter((word) => word !== "")
  const first = words[0] === undefined ? "" : firstSign(words[0])
  const last = words.length > 1 ? firstSign(words.at(-1) ?? "") : ""
  return (
    /^\p{Script=Latin}$/u.test(first) && /^\p{Script=Latin}$/u.test(last) ? first + last : first
  ).toLocaleUpperCase()
}

const firstSign = (word: string): string => segmenter.segment(word)[Symbol.iterator]().next().value?.segment ?? ""

export const tints = 8

/** Ids are random, so that a plain sum spreads well. */
export const tintOf = (id: string): number => {
  let sum = 0
  for (let at = 0; at < id.length; at++) sum = (sum * 31 + id.charCodeAt(at)) >>> 0
  return sum % tints
}
