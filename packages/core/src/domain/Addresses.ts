/**
 * Shows web addresses safely: a host that imitates another one appears in its ASCII form (punycode).
 *
 * The rule is what UTS 39 and the browsers' policies for international domain names have in common (Chromium's
 * "Internationalized Domain Names in Google Chrome", Mozilla's "IDN Display Algorithm"). A label of a host stays as
 * written if all of these hold:
 * - An address leads to it as it is: compatibility forms and ignorable characters would turn it into another host.
 * - It has letters, digits and hyphens of one script, or of Latin beside Chinese, Japanese or Korean ones (UTS 39,
 *   "highly restrictive").
 * - Its Latin letters belong to an alphabet in use. Dotless i, thorn, eth and schwa may appear only below the domains
 *   of their countries.
 * - Some of its letters look unlike every Latin one, unless it stands below a domain of its own script or of a country
 *   that writes in it.
 * - A Chinese or Japanese character that looks like a slash, a line or a letter stands beside others of its kind.
 *   Browsers also compare hosts with a list of well-known ones. There is none here, so `ạpple.com` is shown as it is.
 */

import { holdsOddLatin, holdsStray, keepsToOneScript, looksLatin, resemblesLatin } from "./Scripts.ts"
import { toNfkc } from "./TextRules.ts"

// Every browser and Node have it; it is not part of the language.
declare const URL: { new (address: string): { readonly hostname: string } }

/**
 * Matches the beginning of addresses, and the name of their server. A browser takes any number of slashes after
 * `https:`, and terminals treat text that begins with `www.` as an address. If another address begins within one, for
 * example after a comma, terminals take both.
 */
const addresses =
  /(https?:[/\\]*|[a-z][a-z0-9+.-]{0,19}:\/\/|(?<![\p{L}\p{N}.@:/\\-])(?=www\.))((?:(?!https?:[/\\]|(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,19}:\/\/)[^\s/?#\\])+)/giu

/**
 * Returns the text with the ASCII form (`xn--...`) of each label of a host that imitates another one. It removes the
 * name before an `@` in a web address, which no browser shows either. Everything else stays as it is.
 */
export const withHonestHosts = (text: string): string =>
  text.replace(addresses, (_, start: string, authority: string) => start + honestAuthority(start, authority))

/**
 * Separators of labels, and characters with which a sentence may continue after a host: the text after them may be a
 * label as well.
 */
const parting = /([.。．｡、「」『』（）【】〈〉《》！？：；…“”‘’,;!"'()<>|*])/u
const dots = ".。．｡"

const honestAuthority = (start: string, authority: string): string => {
  const at = authority.lastIndexOf("@") + 1
  const server = authority.slice(at)
  const name = authority.slice(0, at)
  const isHidden = server !== "" && !/^(?!http)[a-z]/iu.test(start) && /[^:@]/u.test(name)
  return (isHidden ? "" : name) + honestServer(server)
}

const honestServer = (server: string): string => {
  const host = server.replace(/:.*/su, "")
  const parts = host.split(parting)
  const labels = parts.filter((_, index) => index % 2 === 0)
  const fit = areHonest(labels)
  if (fit.every((fits) => fits)) return server
  let shown = ""
  labels.forEach((label, index) => {
    const part = parts[2 * index + 1] ?? ""
    if (fit[index] === true) shown += (ascii.test(label) ? label.toLowerCase() : label) + part
    // An ASCII label gets an ASCII dot in place of a look-alike dot.
    else shown += asciiOf(label) + (part !== "" && dots.includes(part) ? "." : part)
  })
  return shown + server.slice(host.length)
}

/** Judges the labels from the last one on: the rules for a label depend on those after it. */
const areHonest = (labels: ReadonlyArray<string>): ReadonlyArray<boolean> => {
  const fit: Array<boolean> = []
  let end: string | undefined
  let inAscii: ReadonlyArray<string> = []
  for (let at = labels.length - 1; at >= 0; at--) {
    const label = labels[at] ?? ""
    fit[at] = end === undefined ? isHonestEnd(label) : isHonest(label, end, inAscii)
    if (label !== "") end ??= label.toLowerCase()
    if (/^[a-z0-9]/iu.test(label)) inAscii = withDomain(inAscii, label.toLowerCase())
  }
  return fit
}

/** One domain that belongs to no country is enough, so that these stay few. */
const withDomain = (inAscii: ReadonlyArray<string>, label: string): ReadonlyArray<string> => {
  if (!everyCountry.has(label)) return [label]
  return inAscii.includes(label) || inAscii.some((each) => !everyCountry.has(each)) ? inAscii : [...inAscii, label]
}

/** The top-level domains in Cyrillic whose letters all look like Latin ones. */
const lookAlikeEnds = ["ком", "мон", "москва", "орг", "рус", "укр"]
/** No top-level domain mixes ASCII with other letters: after an ASCII one, the sentence continues. */
const isHonestEnd = (label: string): boolean =>
  /^[a-z0-9]/iu.test(label) ||
  lookAlikeEnds.includes(label.toLowerCase()) ||
  (isWhole(label, "") && !resemblesLatin(label))

const isHonest = (label: string, topLevel: string, inAscii: ReadonlyArray<string>): boolean =>
  isWhole(label, topLevel) &&
  !(looksLatin(label) && mayMislead(label, inAscii)) &&
  !looksLikeLatinElsewhere(label, inAscii)

const ascii = /^[!-$&-~]*$/u
const ignorable = /\p{Default_Ignorable_Code_Point}/u
/** Middle dots appear between Chinese and Japanese characters. */
const letters =
  /^(?:[\p{L}\p{M}\p{Nd}_ー-]|(?<=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー])・(?=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]))*$/u
/** Parts of Hangul look like circles and lines, and marks are part of the letters of these scripts. */
const strays =
  /[\u0300-\u036f\u1100-\u11ff]|(?:^|[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}0-9_-])\p{M}/u
const countries = { tr: "ı", az: "ıə", is: "þð", fo: "þð" } as Readonly<Record<string, string>>
/**
 * Chinese and Japanese characters that look like slashes, lines and Latin letters, without a neighbour of their kind.
 */
const lone =
  /^[ーヽヾ]|[^\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}ー][ノ丶丿乀乁一丨乛七丅十〇工讠丁ㄧㄒㄚㄟㄨㄩㄈーヽヾ]|[一丨乛七丅十〇工讠丁ㄧㄒㄚㄟㄨㄩㄈ][a-z0-9]|[a-z0-9_-][ソゾン](?:$|[a-z0-9_-])/iu

/**
 * Whether the address leads to the label as shown. Checks every rule for a label by itself, and for letters that belong
 * to one country.
 */
const isWhole = (label: string, topLevel: string): boolean => {
  if (ascii.test(label)) return true
  const lower = label.normalize("NFC").toLowerCase()
  if (ignorable.test(label) || toNfkc(lower).toLowerCase() !== lower || !letters.test(lower)) return false
  if (strays.test(lower) || holdsStray(lower)) return false
  if (!keepsToOneScript(lower) || holdsOddLatin(lower) || lone.test(lower)) return false
  const own = countries[topLevel] ?? ""
  if ([..."ıþðə"].some((letter) => lower.includes(letter) && !own.includes(letter))) return false
  return !/(?![a-z])\p{Script=Latin}/u.test(lower) || /^[\p{Script=Latin}\p{Script=Inherited}0-9_-]*$/u.test(lower)
}

/**
 * Letters of further scripts that look like Latin ones. People's names have words of them, so this rule is for hosts
 * only.
 */
const elsewhere: ReadonlyArray<readonly [letters: RegExp, domains: string]> = [
  [/^[\p{Nd}_ሀሠሰስበነተከዐዕዘጠፐ-]+$/u, "er et"],
  [/^[\p{Nd}_იოყძხჽჿ-]+$/u, "ge"],
  [/^[\p{Nd}_דוחיןסװײ-]+$/u, "il"],
  [/^[\p{Nd}_ခဂငထပဝ-]+$/u, "mm"],
  [/^[\p{Nd}_บพเแ-]+$/u, "th"],
  [/^[\p{Nd}_ऽડટଠಽடபടഠധനറ-]+$/u, ""]
]
const ownCountries = { Cyrillic: "bg by kg kz mk mn rs ru su tj ua uz", Greek: "cy gr", Armenian: "am", Coptic: "" }
const everyCountry: ReadonlySet<string> = new Set(
  [...Object.values(ownCountries), ...elsewhere.map(([, domains]) => domains)].flatMap((domains) => domains.split(" "))
)
const isBelow = (inAscii: ReadonlyArray<string>, domains: string): boolean =>
  inAscii.every((each) => domains.split(" ").includes(each))

const mayMislead = (label: string, inAscii: ReadonlyArray<string>): boolean =>
  !Object.entries(ownCountries).some(
    ([script, domains]) => new RegExp(`\\p{Script=${script}}`, "u").test(label) && isBelow(inAscii, domains)
  )

const looksLikeLatinElsewhere = (label: string, inAscii: ReadonlyArray<string>): boolean =>
  elsewhere.some(([only, domains]) => only.test(label) && !ascii.test(label) && !isBelow(inAscii, domains))

/**
 * Uses the same parser that opens addresses: it maps, composes and encodes. An address that it rejects leads nowhere.
 */
const asciiOf = (label: string): string => {
  const end = ".example"
  for (const form of [label, toNfkc(label).replace(/\p{Default_Ignorable_Code_Point}/gu, "")]) {
    const host = hostOf(`https://${form.toLowerCase()}${end}`)
    if (host?.endsWith(end) === true) return host.slice(0, -end.length)
  }
  return label.replace(/[^!-~]/gu, "\ufffd")
}

/** Does not use `URL.canParse`: after many calls, Node 20 begins to reject letters such as `ß` there. */
const hostOf = (address: string): string | undefined => {
  try {
    return new URL(address).hostname
  } catch {
    return undefined
  }
}
