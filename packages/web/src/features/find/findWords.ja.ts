/** Words of the quick switcher, in Japanese. */
import type { FindWords } from "./findWords.ts"

export const findWordsJa: FindWords = {
  switcher: {
    title: "移動",
    input: "会話・名前・操作を入力",
    sections: { unread: "未読", recent: "最近の会話", found: "会話", commands: "操作" },
    none: (text) => `「${text}」に合うものはありません。`,
    commands: {
      fresh: "新しい会話",
      settings: "設定",
      devices: "端末",
      board: "在席ボード",
      help: "キーボード操作",
      light: "ライトテーマに切り替え",
      dark: "ダークテーマに切り替え",
      system: "テーマを端末に合わせる"
    }
  }
}
