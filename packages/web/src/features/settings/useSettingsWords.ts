/** The settings' words, in both languages: they load with the screen, and not with the words of the first paint. */
import type { Accessor } from "solid-js"
import { useApp } from "../../model/App.ts"
import type { SettingsWords } from "./settingsWords.en.ts"
import { settingsWordsEn } from "./settingsWords.en.ts"
import { settingsWordsJa } from "./settingsWords.ja.ts"

const words = { en: settingsWordsEn, ja: settingsWordsJa } as const

/** Call within a component. */
export const useSettingsWords = (): Accessor<SettingsWords> => {
  const { i18n } = useApp()
  return () => words[i18n.language()]
}
