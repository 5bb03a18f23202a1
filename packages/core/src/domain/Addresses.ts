/** Web addresses as they are shown: a host that passes for another one stands there in its ASCII form, as browsers show it. */
import { toNfkc } from "./CombiningMarks.ts"
import { keepsToOneScript, looksLatin } from "./Scripts.ts"

// Of every browser and of Node, and no part of the language.
declare const URL: { new (address: string): { readonly hostname: string }; canParse(address: string): boolean }

/** The host of each address in a text, below a top-level domain in ASCII: a name below one of its own script is no imitation of one below `.com`. */
const hosts = /(?<=https?:\/\/)(?:[^\s/?#:@\\.。．｡]{1,63}[.。．｡]){1,8}[A-Za-z]{2,63}/giu

/** Returns the text with the ASCII form (`xn--...`) of each host that mixes scripts or looks like a Latin one; all else as it is. */
export const withHonestHosts = (text: string): string => text.replace(hosts, (host) => (isHonest(host) ? host : (asciiOf(host) ?? host)))

const isHonest = (host: string): boolean => {
  const labels = toNfkc(host).split(/[.。]/u)
  return labels.every((label) => label === "" || keepsToOneScript(label)) && !labels.some(looksLatin)
}

const asciiOf = (host: string): string | undefined => {
  const address = `https://${host.toLowerCase()}`
  return URL.canParse(address) ? new URL(address).hostname : undefined
}
