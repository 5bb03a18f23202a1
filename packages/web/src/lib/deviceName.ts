/** What this sign-in is called in the list of devices: the browser and its system, as far as the browser tells. */

export const deviceName = ({ userAgent }: Pick<Navigator, "userAgent">): string => {
  const browser = first(userAgent, browsers)
  const system = first(userAgent, systems)
  return browser === undefined ? (system ?? "Browser") : system === undefined ? browser : `${browser}, ${system}`
}

/** In this order, for most claim to be others too. */
const browsers = [
  ["Edg", "Edge"],
  ["OPR/", "Opera"],
  ["SamsungBrowser", "Samsung Internet"],
  ["Firefox/", "Firefox"],
  ["FxiOS", "Firefox"],
  ["CriOS", "Chrome"],
  ["Chrome/", "Chrome"],
  ["Safari/", "Safari"]
] as const

const systems = [
  ["iPhone", "iPhone"],
  ["iPad", "iPad"],
  ["Android", "Android"],
  ["Windows", "Windows"],
  ["Mac OS X", "macOS"],
  ["CrOS", "ChromeOS"],
  ["Linux", "Linux"]
] as const

const first = (text: string, names: ReadonlyArray<readonly [sign: string, name: string]>): string | undefined =>
  names.find(([sign]) => text.includes(sign))?.[1]
