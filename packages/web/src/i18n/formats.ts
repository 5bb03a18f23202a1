/** Times and days in a language, by the browser's own formats. Pure: takes the time and "now". */
import type { Language } from "./I18n.ts"

export interface Formats {
  readonly time: (at: number) => string
  readonly day: (at: number, now: number) => string
  readonly short: (at: number, now: number) => string
  readonly ago: (at: number, now: number) => string
  readonly full: (at: number) => string
}

/**
 * Returns the locale for this language: the browser's first language that matches it, with its country, else the
 * language alone.
 */
export const localeFor = (language: Language, wanted: ReadonlyArray<string>): string =>
  wanted.find((tag) => tag.toLowerCase().split("-")[0] === language && isLocale(tag)) ?? language

/**
 * On some systems without a language of their own, browsers report names that no format knows, such as `en-US@posix`.
 */
const isLocale = (tag: string): boolean => {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(tag).length > 0
  } catch {
    return false
  }
}

/** The browsers' own word is "now", which reads badly at the end of a sentence. */
const justNow: Readonly<Record<Language, string>> = { ja: "たった今", en: "just now" }

const dayMs = 86_400_000
const minuteMs = 60_000

export interface Place {
  /** Default: the browser's. */
  readonly timeZone?: string
  /** Default: the language alone. */
  readonly locale?: string
}

export const makeFormats = (language: Language, { locale = language, timeZone }: Place = {}): Formats => {
  const zone = timeZone === undefined ? {} : { timeZone }
  const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { ...options, ...zone })
  const time = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" })
  const weekday = format({ weekday: "short" })
  const dayOfYear = format({ weekday: "long", month: "long", day: "numeric" })
  const dayInFull = format({ weekday: "long", month: "long", day: "numeric", year: "numeric" })
  const shortDay = format({ month: "numeric", day: "numeric" })
  const shortDayInFull = format({ year: "numeric", month: "2-digit", day: "2-digit" })
  const full = format({ dateStyle: "full", timeStyle: "short", hourCycle: "h23" })
  const relative = spaced(language, new Intl.RelativeTimeFormat(locale, { numeric: "auto" }))
  const atLeast = spaced(language, new Intl.RelativeTimeFormat(locale, { numeric: "always" }))
  const parts = new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", ...zone })

  /** Days since 1970 in the time zone, so that "yesterday" follows the calendar and not 24 hours. */
  const dayNumber = (at: number): number => Math.round(Date.parse(`${parts.format(at)}T00:00:00Z`) / dayMs)
  const yearOf = (at: number): string => parts.format(at).slice(0, 4)
  const daysBefore = (at: number, now: number) => dayNumber(now) - dayNumber(at)

  return {
    time: (at) => time.format(at),
    day: (at, now) => {
      const days = daysBefore(at, now)
      if (days === 0 || days === 1) return capital(relative.format(-days, "day"))
      return (yearOf(at) === yearOf(now) ? dayOfYear : dayInFull).format(at)
    },
    short: (at, now) => {
      const days = daysBefore(at, now)
      if (days <= 0) return time.format(at)
      if (days === 1) return capital(relative.format(-1, "day"))
      if (days < 7) return weekday.format(at)
      return (yearOf(at) === yearOf(now) ? shortDay : shortDayInFull).format(at)
    },
    ago: (at, now) => {
      // Clocks differ: a time in the future counts as just now.
      const minutes = Math.max(0, Math.floor((now - at) / minuteMs))
      if (minutes < 1) return justNow[language]
      if (minutes < 60) return atLeast.format(-minutes, "minute")
      if (minutes < 24 * 60) return atLeast.format(-Math.floor(minutes / 60), "hour")
      const days = Math.max(1, daysBefore(at, now))
      if (days < 30) return relative.format(-days, "day")
      if (days < 365) return atLeast.format(-Math.floor(days / 30), "month")
      return atLeast.format(-Math.floor(days / 365), "year")
    },
    full: (at) => full.format(at)
  }
}

/** The browsers write "5 分前" with a space, and the page's own Japanese has none beside numbers. */
const spaced = (language: Language, relative: Intl.RelativeTimeFormat): Pick<Intl.RelativeTimeFormat, "format"> =>
  language === "ja" ? { format: (value, unit) => relative.format(value, unit).replaceAll(" ", "") } : relative

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
