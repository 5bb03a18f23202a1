/** Words of the screens about people, conversations and the audit log: they load with the first of these screens. */
import type { Accessor } from "solid-js"
import { useApp } from "../../model/App.ts"
import { type AdminWords, adminWordsEn } from "./adminWords.en.ts"
import { adminWordsJa } from "./adminWords.ja.ts"

const words = { en: adminWordsEn, ja: adminWordsJa } as const

/** Returns the word for a key that only a newer server may know: then undefined. */
export const wordIn = (texts: Readonly<Record<string, string>>, key: string): string | undefined =>
  Object.hasOwn(texts, key) ? texts[key] : undefined

/** Call within a component. */
export const useAdminWords = (): Accessor<AdminWords> => {
  const { i18n } = useApp()
  return () => words[i18n.language()]
}
