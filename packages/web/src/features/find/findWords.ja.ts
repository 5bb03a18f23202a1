/** Words of the quick switcher and of the search in messages, in Japanese. */
import type { FindWords } from "./findWords.en.ts"

export const findWordsJa: FindWords = {
  switcher: {
    title: "クイック移動",
    input: "会話・相手・操作を入力",
    sections: { unread: "未読", favourites: "お気に入り", recent: "最近の会話", found: "会話", commands: "操作" },
    none: (text) => `「${text}」に一致するものはありません。`,
    commands: {
      searchHere: "この会話のメッセージを検索",
      searchAll: "すべてのメッセージを検索",
      newConversation: "新しい会話",
      settings: "設定",
      devices: "端末",
      board: "在席ボード",
      operate: "運用",
      help: "キーボードショートカット",
      light: "ライトテーマに切り替え",
      dark: "ダークテーマに切り替え",
      system: "テーマを端末の設定に合わせる"
    }
  },
  search: {
    title: "メッセージを検索",
    input: "検索する語句",
    ask: "検索",
    where: "検索範囲",
    here: "この会話",
    all: "すべての会話",
    before: "入力した語句をすべて含むメッセージを、新しい順に表示します。大文字と小文字、全角と半角は区別しません。",
    tooMuch: (words, characters) => `一度に検索できるのは${words}語、${characters}文字までです。`,
    found: (count) => `${count}件`,
    none: (text) => `「${text}」を含むメッセージはありません。`,
    tip: "語句を減らすか、短くしてお試しください。",
    noneSoFar: "ここまでの範囲では見つかりませんでした。",
    lookedHere: (percent) => `この会話の新しい方から${percent}%を検索しました。`,
    lookedAll: (done, of) => `${of}件の会話のうち${done}件を検索しました。`,
    further: "さらに前を検索",
    enough: (count) => `新しい順に${count}件を表示しています。語句を増やすと絞り込めます。`,
    failed: (why) => `検索できませんでした。${why}`
  }
}
