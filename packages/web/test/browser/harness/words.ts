/** The page's words, by which tests find what people find by reading. */
import type { Dictionary } from "../../../src/i18n/dictionary.ts"
import { en } from "../../../src/i18n/en.ts"
import { ja } from "../../../src/i18n/ja.ts"

export const wordsOf = (language: "ja" | "en"): Dictionary => (language === "ja" ? ja : en)
