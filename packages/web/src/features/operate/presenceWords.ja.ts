/** Words of the screen about people online over time, in Japanese. */
import type { PresenceWords } from "./presenceWords.en.ts"

const tenths = (value: number) => value.toLocaleString("ja-JP", { maximumFractionDigits: 1 })
/** In the largest unit that fits. */
const lasting = (minutes: number): string =>
  minutes < 60
    ? `${tenths(minutes)}分`
    : minutes < 2_880
      ? `${tenths(minutes / 60)}時間`
      : `${tenths(minutes / 1_440)}日`

export const presenceWordsJa: PresenceWords = {
  window: "表示する期間",
  windows: { "1h": "1時間", "24h": "24時間", "30d": "30日間" },
  conversation: "グループ・チャンネルで絞り込む（ID）",
  conversationWrong: "会話のIDではありません。IDは01a2b3c4-…のような36文字です。",
  wholeServer: "サーバー全体を表示",
  ofServer: "サーバー全体の利用者",
  ofConversation: (name) => `${name}のメンバー`,
  nameless: (id) => `会話「${id}」`,
  rounded: "参加していない会話の人数は5人単位で切り捨てられ、5人未満は表示されません。",
  notFound: "このIDのグループやチャンネルはありません。ダイレクト会話の人数は記録されません。",
  names: { online: "オンライン", active: "在席中" },
  most: { online: "オンラインの最大", active: "在席中の最大" },
  figures: "この期間の人数",
  hidden: "5人未満",
  notCounted: "記録なし",
  at: (time) => `${time}時点`,
  plot: "人数",
  loading: "グラフを読み込んでいます",
  told: (name, last, most, least) => `${name}: 最新${last}、最大${most}、最小${least}`,
  pointed: (time, counts) => `${time} ${counts.join("・")}`,
  named: (name, count) => `${name} ${count}`,
  gaps: (count, minutes) =>
    count === 1
      ? `この期間のうち${lasting(minutes)}は人数の記録がなく、グラフの線が途切れています。`
      : `この期間のうち合計${lasting(minutes)}は人数の記録がなく、グラフの線が${count}か所で途切れています。`,
  table: "数値を表で見る",
  time: "開始",
  span: (from, until) => `${from}～${until}`,
  about: (minutes) =>
    `「在席中」は、オンラインのうち端末を操作していた人です。数値は${lasting(minutes)}ごとの最大人数です。オンライン状態を隠している人はオフラインとして数えます。`,
  off: "現在、サーバーは人数を記録していません。記録するには、apiプロセス（プロセスが1つの場合はそのプロセス）にHIBIKI_PRESENCE_HISTORY=countsを設定し、再起動してください。設定済みの場合は、ログで原因を確認してください。",
  noneOfServer: "この期間の記録はありません。最初の数値は5分後に表示されます。",
  noneOfConversation:
    "この期間には、この会話の記録がありません。サーバーが5分ごとに記録するのは、オンラインの人数が多い500の会話です。"
}
