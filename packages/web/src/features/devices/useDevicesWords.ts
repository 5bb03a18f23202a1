/** The devices' words, in both languages: they load with the screen, and not with the words of the first paint. */
import type { Accessor } from "solid-js"
import { useApp } from "../../model/App.ts"
import type { DevicesWords } from "./devicesWords.en.ts"
import { devicesWordsEn } from "./devicesWords.en.ts"
import { devicesWordsJa } from "./devicesWords.ja.ts"

const words = { en: devicesWordsEn, ja: devicesWordsJa } as const

/** Call within a component. */
export const useDevicesWords = (): Accessor<DevicesWords> => {
  const { i18n } = useApp()
  return () => words[i18n.language()]
}
