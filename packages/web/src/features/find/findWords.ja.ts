/** Words of the quick switcher and of the search in messages, in Japanese. */
import type { FindWords } from "./findWords.en.ts"

export const findWordsJa: FindWords = {
  switcher: {
    title: "移動",
    input: "会話・名前・操作を入力",
    sections: { unread: "未読", favourites: "お気に入り", recent: "最近の会話", found: "会話", commands: "操作" },
    none: (text) => `「${text}」に合うものはありません。`,
    commands: {
      searchHere: "この会話のメッセージを検索",
      searchAll: "すべてのメッセージを検索",
      fresh: "新しい会話",
      settings: "設定",
      devices: "端末",
      board: "在席ボード",
      help: "キーボード操作",
      light: "ライトテーマに切り替え",
      dark: "ダークテーマに切り替え",
      system: "テーマを端末に合わせる"
    }
  },
  search: {
    title: "メッセージを検索",
    input: "検索する言葉",
    ask: "検索",
    where: "検索する範囲",
    here: "この会話",
    all: "すべての会話",
    before: "入力した言葉をすべて含むメッセージを、新しい順に探します。大文字と小文字、全角と半角は区別しません。",
    tooMuch: (words, characters) => `一度に検索できるのは${words}語、${characters}文字までです。`,
    found: (count) => `${count}件`,
    none: (text) => `「${text}」を含むメッセージはありません。`,
    tip: "言葉を減らすか、一部だけにして試してください。",
    noneSoFar: "ここまでには見つかりませんでした。",
    lookedHere: (percent) => `会話の新しいほうから${percent}%を調べました。`,
    lookedAll: (done, of) => `${of}件の会話のうち${done}件を調べました。`,
    further: "さらに前を調べる",
    enough: (count) => `新しい${count}件を表示しています。言葉を増やすと絞り込めます。`,
    failed: (why) => `検索できませんでした。${why}`
  }
}
