/** The user's choices for this browser: stored, the same in all its tabs, and applied to the document at once. */
import { createEffect, createRoot, createSignal } from "solid-js"
import type { Kept } from "../lib/kept.ts"
import type { PaneWidth, SizedPane } from "../ui/paneWidths.ts"
import type { Density, Preferences, SendKey, ThemeChoice } from "./App.ts"

const keys = { theme: "hibiki.theme", sendKey: "hibiki.sendKey", density: "hibiki.density" } as const

export const readTheme = (kept: string | undefined): ThemeChoice =>
  kept === "light" || kept === "dark" ? kept : "system"
/** With a mouse Enter sends; on a phone it starts a new line. */
export const readSendKey = (kept: string | undefined, coarse: boolean): SendKey =>
  kept === "enter" || kept === "modEnter" ? kept : coarse ? "modEnter" : "enter"
export const readDensity = (kept: string | undefined): Density => (kept === "compact" ? "compact" : "comfortable")
/**
 * Three digits, as in the script that runs before the first paint; the styles bound them. Undefined: the initial width.
 */
export const readWidth = (kept: string | undefined): number | undefined =>
  /^\d{3}$/.test(kept ?? "") ? Number(kept) : undefined

export const createPreferences = (kept: Kept, root: HTMLElement): Preferences =>
  createRoot(() => {
    const coarse = typeof matchMedia === "function" && matchMedia("(pointer: coarse)").matches
    const [theme, showTheme] = createSignal(readTheme(kept.get(keys.theme)))
    const [sendKey, showSendKey] = createSignal(readSendKey(kept.get(keys.sendKey), coarse))
    const [density, showDensity] = createSignal(readDensity(kept.get(keys.density)))
    kept.onOther((key, value) => {
      if (key === keys.theme) showTheme(readTheme(value))
      if (key === keys.sendKey) showSendKey(readSendKey(value, coarse))
      if (key === keys.density) showDensity(readDensity(value))
    })
    createEffect(() => {
      if (theme() === "system") root.removeAttribute("data-theme")
      else root.setAttribute("data-theme", theme())
    })
    createEffect(() => root.setAttribute("data-density", density()))
    const setter =
      <A extends string>(key: string, show: (choice: A) => unknown) =>
      (choice: A) => {
        kept.set(key, choice)
        show(choice)
      }
    return {
      theme,
      setTheme: setter<ThemeChoice>(keys.theme, (choice) => showTheme(choice)),
      sendKey,
      setSendKey: setter<SendKey>(keys.sendKey, (choice) => showSendKey(choice)),
      density,
      setDensity: setter<Density>(keys.density, (choice) => showDensity(choice)),
      paneWidths: { list: createPaneWidth(kept, root, "list"), details: createPaneWidth(kept, root, "details") }
    }
  })

const createPaneWidth = (kept: Kept, root: HTMLElement, pane: SizedPane): PaneWidth => {
  const key = `hibiki.${pane}Width`
  const [px, show] = createSignal(readWidth(kept.get(key)))
  kept.onOther((changed, value) => {
    if (changed === key) show(readWidth(value))
  })
  createEffect(() => root.style.setProperty(`--${pane}-width`, px() === undefined ? null : `${px()}px`))
  return {
    px,
    set: (width, keep) => {
      show(width)
      if (keep) kept.set(key, width?.toString())
    }
  }
}
