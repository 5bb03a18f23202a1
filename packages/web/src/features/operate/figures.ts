/** Numbers with their units, in the language of the page. Pure. */
import type { Language } from "../../i18n/I18n.ts"

/** Stands where a number is not known. */
export const notMeasured = "–"

export interface Figures {
  /** 1,204 */
  readonly count: (value: number) => string
  /** One digit after the point below ten. */
  readonly rate: (value: number) => string
  /** Milliseconds, without a unit. */
  readonly ms: (value: number) => string
  /** 184 MB */
  readonly bytes: (value: number) => string
  /** 3.4 % */
  readonly percent: (share: number) => string
  /** In the largest unit that fits: 3 days. */
  readonly span: (ms: number) => string
  /** 14:05:09 */
  readonly clock: (at: number) => string
  /** 3 Dec 2026, 14:05:09 */
  readonly moment: (at: number) => string
  /** 3 Dec, 14:05 */
  readonly minute: (at: number) => string
  /** 3 Dec */
  readonly day: (at: number) => string
}

const byteUnits = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const

const spanUnits = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000]
] as const

/** `timeZone`: default the browser's. */
export const makeFigures = (language: Language, timeZone?: string): Figures => {
  const locale = language === "ja" ? "ja-JP" : "en-GB"
  const format = (options: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options)
  const whole = format({ maximumFractionDigits: 0 })
  const tenths = format({ maximumFractionDigits: 1 })
  const percent = format({ style: "percent", maximumFractionDigits: 1 })
  const spaced = (text: string) => (language === "ja" ? text.replaceAll(" ", "") : text)
  const inBytes = byteUnits.map((unit) =>
    format({ style: "unit", unit, unitDisplay: "short", maximumFractionDigits: unit === "gigabyte" ? 1 : 0 })
  )
  // Some languages have no word for these units in their narrow forms.
  const unitDisplay = language === "ja" ? "short" : "narrow"
  const inSpans = new Map(
    spanUnits.map(([unit]) => [unit, format({ style: "unit", unit, unitDisplay, maximumFractionDigits: 0 })])
  )
  const zone = timeZone === undefined ? {} : { timeZone }
  const time = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { ...options, ...zone })
  const minutes = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const
  const days = { month: "short", day: "numeric" } as const
  const clock = time({ ...minutes, second: "2-digit" })
  const moment = time({ dateStyle: "medium", timeStyle: "medium" })
  const minute = time({ ...days, ...minutes })
  const day = time(days)
  const rate = (value: number) => (Math.abs(value) < 10 ? tenths : whole).format(value)
  return {
    count: (value) => whole.format(value),
    rate,
    ms: rate,
    bytes: (value) => {
      const at = value < 1 ? 0 : Math.min(byteUnits.length - 1, Math.floor(Math.log(value) / Math.log(1_024)))
      return spaced(inBytes[at]?.format(value / 1_024 ** at) ?? "")
    },
    percent: (share) => percent.format(share),
    span: (ms) => {
      const [unit, size] = spanUnits.find(([, length]) => ms >= length) ?? ["second", 1_000]
      return spaced(inSpans.get(unit)?.format(Math.floor(ms / size)) ?? "")
    },
    clock: (at) => clock.format(at),
    moment: (at) => moment.format(at),
    minute: (at) => minute.format(at),
    day: (at) => day.format(at)
  }
}
