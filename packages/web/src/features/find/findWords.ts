/** Words of the quick switcher and of the search in messages. */
import type { SwitcherKey } from "./switcherLines.ts"

export type CommandKey = "searchHere" | "searchAll" | "fresh" | "settings" | "devices" | "board" | "help" | "light" | "dark" | "system"

export interface FindWords {
  readonly switcher: {
    readonly title: string
    readonly input: string
    readonly sections: Readonly<Record<SwitcherKey, string>>
    readonly none: (text: string) => string
    readonly commands: Readonly<Record<CommandKey, string>>
  }
  readonly search: {
    readonly title: string
    readonly input: string
    readonly ask: string
    readonly where: string
    readonly here: string
    readonly all: string
    /** Where nothing is asked yet. */
    readonly before: string
    readonly tooMuch: (words: number, characters: number) => string
    readonly found: (count: number) => string
    readonly none: (text: string) => string
    /** What may help then. */
    readonly tip: string
    /** Of what is not looked through yet: how much was, in hundredths of a conversation, or conversations. */
    readonly noneSoFar: string
    readonly lookedHere: (percent: number) => string
    readonly lookedAll: (done: number, of: number) => string
    readonly further: string
    /** So many are shown, and no more will be. */
    readonly enough: (count: number) => string
    readonly failed: (why: string) => string
  }
}
