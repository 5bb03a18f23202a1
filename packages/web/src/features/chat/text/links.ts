/** Links in running text: http and https only, ending where the address does and not where the next space is. */

export interface FoundLink {
  readonly end: number
  /** Undefined: looks like an address, and is none that a browser should open. */
  readonly href: string | undefined
}

/** Longer ones stay text: nobody means them. */
const longest = 2_000

/**
 * ASCII that addresses are made of, and letters of other scripts that are written with spaces. What Japanese or Chinese
 * text goes on with, full-width punctuation included, ends an address, and so does anything that shows nothing or
 * changes the direction of writing.
 */
const part = /[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]|[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]/u
const fullWidth = /[\uff00-\uffef]/u
const trailing = new Set([...".,:;!?'*_~"])

/** What begins like a link at `at`, or undefined. */
export const linkAt = (text: string, at: number): FoundLink | undefined => {
  const scheme = text.startsWith("https://", at) ? 8 : text.startsWith("http://", at) ? 7 : 0
  if (scheme === 0 || /[A-Za-z0-9]/u.test(text[at - 1] ?? "")) return undefined
  let end = at + scheme + hostOf(text, at + scheme)
  let opened = 0
  while (end < text.length && end - at <= longest) {
    const char = text[end] ?? ""
    if (!part.test(char) || fullWidth.test(char)) break
    // Marks of emphasis that close behind the address are none of it.
    if ((char === "*" || char === "~") && text[end + 1] === char) break
    if (char === "(") opened++
    if (char === ")" && --opened < 0) break
    end++
  }
  while (end > at + scheme && trailing.has(text[end - 1] ?? "")) end--
  if (end === at + scheme) return undefined
  return { end, href: end - at > longest ? undefined : safeHref(text.slice(at, end)) }
}

/** The length of a host that begins with letters of no such script, up to the dot of its last part: `例え.jp`. */
const hostOf = (text: string, at: number): number => host.exec(text.slice(at, at + 100))?.[0].length ?? 0
const host = /^(?=[^\x00-\x7f])[\p{L}\p{N}ー-]+(?=\.[A-Za-z]{2,})/u

/** Undefined for what is no web address, or carries a name before an `@` that makes it look like another site's. */
const safeHref = (address: string): string | undefined => {
  if (!URL.canParse(address)) return undefined
  const url = new URL(address)
  return (url.protocol === "http:" || url.protocol === "https:") && url.username === "" && url.password === ""
    ? address
    : undefined
}
