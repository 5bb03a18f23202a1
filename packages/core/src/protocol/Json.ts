/**
 * Checks a JSON text before it is parsed: its size in bytes, its nesting and its keys, none of which `JSON.parse`
 * limits.
 */

const quote = 0x22
const backslash = 0x5c
const openBracket = 0x5b
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d
const colon = 0x3a

/** Whether the text is longer than `max` bytes of UTF-8. Reads the text only when its length alone does not decide. */
export const exceedsBytes = (text: string, max: number): boolean => {
  if (text.length > max) return true
  return text.length * 3 > max && utf8Bytes(text) > max
}

/** How many bytes of UTF-8 the text takes; a lone surrogate takes the three of its replacement. */
export const utf8Bytes = (text: string): number => {
  let bytes = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x80) bytes += 1
    else if (unit < 0x800) bytes += 2
    else if ((unit & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      bytes += 4
      i++
    } else bytes += 3
  }
  return bytes
}

/**
 * Counts the colons outside of strings. That is one per key, including a duplicate key that JSON.parse drops. Returns
 * undefined if objects and arrays are nested deeper than `max`, and stops at the first that is. For a text that is not
 * JSON either result is possible.
 */
export const keysWithin = (text: string, max: number): number | undefined => {
  let [depth, keys] = [0, 0]
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit === quote) i = closingQuote(text, i)
    else if (unit === openBrace || unit === openBracket) {
      if (++depth > max) return undefined
    } else if (unit === closeBrace || unit === closeBracket) depth--
    else if (unit === colon) keys++
  }
  return keys
}

/** Whether objects and arrays are nested deeper than `max`. */
export const exceedsDepth = (text: string, max: number): boolean => keysWithin(text, max) === undefined

/** The parsed text, or undefined when it is not JSON. (No JSON text parses to undefined.) */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The index where the string that begins at `start` ends; the text's end when it is not closed. */
const closingQuote = (text: string, start: number): number => {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    // A quote is escaped after an odd number of backslashes.
    let slashes = 0
    while (text.charCodeAt(end - 1 - slashes) === backslash) slashes++
    if (slashes % 2 === 0) return end
  }
  return text.length
}
