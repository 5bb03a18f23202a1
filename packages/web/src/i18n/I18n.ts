/** The page's words in the chosen language, as functions of typed dictionaries, and its formats. */
import type { Accessor } from "solid-js"
import type { Dictionary } from "./en.ts"

export type Language = "ja" | "en"

export interface I18n {
  readonly language: Accessor<Language>
  /** Switches without a reload; stored in this browser, and sent to its other tabs. */
  readonly setLanguage: (language: Language) => void
  /** The dictionary itself, reactive: `i18n.t().chat.send`, `i18n.t().chat.newMessages(3)`. */
  readonly t: Accessor<Dictionary>
  /** 14:05 */
  readonly time: (at: number) => string
  /** Tuesday, 24 November, with the year when it is not this one; "today" and "yesterday" in words. */
  readonly day: (at: number, now: number) => string
  /** For lists: the time today, else yesterday, the weekday within a week, or the date. */
  readonly short: (at: number, now: number) => string
  /** "5 minutes ago" */
  readonly ago: (at: number, now: number) => string
  /** Full date and time, for titles. */
  readonly full: (at: number) => string
}
