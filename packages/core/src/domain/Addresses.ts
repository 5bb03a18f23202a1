/**
 * Web addresses as they are shown: a host that passes for another one stands there in its ASCII form (punycode).
 *
 * The rule is what UTS 39 and the browsers' policies for international domain names have in common (Chromium's
 * "Internationalized Domain Names in Google Chrome", Mozilla's "IDN Display Algorithm"). A label of a host is shown as
 * it was written when all of these hold:
 * - An address leads to it as it is: compatibility forms and ignorable characters make another host of it.
 * - It holds letters, digits and hyphens of one script, or of Latin beside Chinese, Japanese or Korean ones (UTS 39,
 * "highly restrictive").
 * - Its Latin letters belong to an alphabet in use. Dotless i, thorn, eth and schwa stand below the domains of their
 * countries alone.
 * - Some of its letters look like no Latin one, unless it stands below a domain of its own script or of a country that
 * writes in it.
 * - A Chinese or Japanese character that looks like a slash, a line or a letter stands beside others of its kind.
 * Browsers also compare hosts with a list of well-known ones. There is none here, so `ạpple.com` is shown as it is.
 */

import { holdsOddLatin, holdsStray, keepsToOneScript, looksLatin, resemblesLatin } from "./Scripts.ts"
import { toNfkc } from "./TextRules.ts"

// Of every browser and of Node, and no part of the language.
declare const URL: { new (address: string): { readonly hostname: string } }

/**
 * What addresses begin with, and what names their server. A browser takes any number of slashes behind `https:`, and
 * terminals take what begins with `www.` for an address. Where another address begins within one, as behind a comma,
 * terminals take both.
 */
const addresses =
  /(https?:[/\\]*|[a-z][a-z0-9+.-]{0,19}:\/\/|(?<![\p{L}\p{N}.@:/\\-])(?=www\.))((?:(?!https?:[/\\]|(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,19}:\/\/)[^\s/?#\\])+)/giu

/**
 * Returns the text with the ASCII form (`xn--...`) of each label of a host that passes for another one, and without the
 * name before an `@` in an address of the web, which no browser shows either. All else stays as it is.
 */
export const withHonestHosts = (text: string): string =>
  text.replace(addresses, (_, start: string, authority: string) => start + honestAuthority(start, authority))

/** Between labels, and where a sentence goes on behind a host: what follows there may be one as well. */
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
    // A label in ASCII is followed by a dot that looks like one.
    else shown += asciiOf(label) + (part !== "" && dots.includes(part) ? "." : part)
  })
  return shown + server.slice(host.length)
}

/** From the last one on: what a label may look like depends on those behind it. */
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

/** One that is no country's is enough, so that these stay few. */
const withDomain = (inAscii: ReadonlyArray<string>, label: string): ReadonlyArray<string> => {
  if (!everyCountry.has(label)) return [label]
  return inAscii.includes(label) || inAscii.some((each) => !everyCountry.has(each)) ? inAscii : [...inAscii, label]
}

/** The top-level domains in Cyrillic that have letters alone which look like Latin ones. */
const lookAlikeEnds = ["ком", "мон", "москва", "орг", "рус", "укр"]
/** No top-level domain mixes ASCII with other letters: what stands behind one of ASCII is the sentence. */
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
/** Middle dots stand between Chinese and Japanese characters. */
const letters =
  /^(?:[\p{L}\p{M}\p{Nd}_ー-]|(?<=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー])・(?=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]))*$/u
/** Parts of Hangul look like circles and lines, and marks are part of the letters of these scripts. */
const strays =
  /[\u0300-\u036f\u1100-\u11ff]|(?:^|[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}0-9_-])\p{M}/u
const countries = { tr: "ı", az: "ıə", is: "þð", fo: "þð" } as Readonly<Record<string, string>>
/**
 * Chinese and Japanese characters that look like slashes, lines and Latin letters, where no other such character stands
 * beside them.
 */
const lone =
  /^[ーヽヾ]|[^\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}ー][ノ丶丿乀乁一丨乛七丅十〇工讠丁ㄧㄒㄚㄟㄨㄩㄈーヽヾ]|[一丨乛七丅十〇工讠丁ㄧㄒㄚㄟㄨㄩㄈ][a-z0-9]|[a-z0-9_-][ソゾン](?:$|[a-z0-9_-])/iu

/**
 * Whether an address leads to what is seen: all that can be said of a label by itself, and of letters that belong to
 * one country.
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
 * Letters of further scripts that look like Latin ones. In names people bear words of them, so this is a rule of hosts
 * alone.
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

/** By the parser that opens addresses, too: it maps, composes and encodes. What it refuses leads nowhere. */
const asciiOf = (label: string): string => {
  const end = ".example"
  for (const form of [label, toNfkc(label).replace(/\p{Default_Ignorable_Code_Point}/gu, "")]) {
    const host = hostOf(`https://${form.toLowerCase()}${end}`)
    if (host?.endsWith(end) === true) return host.slice(0, -end.length)
  }
  return label.replace(/[^!-~]/gu, "\ufffd")
}

/** Not by `URL.canParse`: in Node 20 it comes to refuse letters such as `ß` once it is called often. */
const hostOf = (address: string): string | undefined => {
  try {
    return new URL(address).hostname
  } catch {
    return undefined
  }
}
