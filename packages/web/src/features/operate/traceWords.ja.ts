/** Words of the screen that follows one message, and of acts on processes, in Japanese. */
import type { TraceWords } from "./traceWords.en.ts"

export const traceWordsJa: TraceWords = {
  intro:
    "メッセージの現在の状態を確認します。ストアの記録、受信したデバイス、各プロセスを通った時刻を表示します。本文は表示しません。下に表示される全員のアクティビティと監査ログに記録されます。",
  form: "メッセージ",
  messageId: "メッセージのID",
  messageIdHint:
    "チャットで、メッセージのメニューから「メッセージIDをコピー」を選ぶと取得できます。サーバーのログにもあります。",
  messageIdWrong: "メッセージのIDではありません。01a2b3c4-…のような36文字です。",
  handle: "この人だけ（ユーザー名）",
  handleHint: "空欄の場合は、最大20人のメンバーを表示します。",
  reason: "理由",
  reasons: {
    asked: "本人からの依頼",
    fault: "障害",
    abuse: "迷惑行為",
    security: "攻撃"
  },
  password: "あなたのパスワード",
  look: "調べる",
  limit: "1日に5回まで利用できます。",
  record: "記録",
  stored: (seq, conversation, time) => `${time}、会話${conversation}の${seq}番として保存`,
  refused: (code, conversation, time) => `${time}、会話${conversation}で拒否（${code}）`,
  nothing: "ストアに記録がありません。処理中か、保留されています。",
  by: (name) => `送信者: ${name}`,
  others: (count) => `ほか${count}人のメンバーは表示していません。`,
  people: {
    caption: "利用者とデバイス",
    none: "該当者はいません。",
    person: "利用者",
    device: "デバイス",
    noDevice: "サインイン中のデバイスなし",
    received: "受信",
    has: "済み",
    hasNot: "未確認",
    read: "既読",
    readYes: "既読",
    readNo: "未読",
    push: "プッシュ通知",
    noPush: "なし",
    muted: "ミュート中",
    left: "メンバーではありません",
    pushes: {
      due: "送信待ち",
      sent: "送信済み",
      cancel: "取り消し中",
      cancelled: "取り消し済み",
      unreachable: "宛先なし",
      revoked: "未送信: サインアウト済み",
      left: "未送信: メンバーではありません",
      read: "未送信: 既読",
      muted: "未送信: ミュート中",
      blocked: "未送信: 送信者をブロック中",
      active: "未送信: デバイスを使用中",
      failed: "送信を断念"
    }
  },
  stations: {
    caption: "通過点",
    none: "サンプリング対象外のため、プロセスの記録はありません。上の記録を参照してください。",
    time: "時刻",
    after: "経過",
    afterMs: (ms) => `${ms}ミリ秒`,
    station: "通過点",
    names: {
      received: "ゲートウェイが受信",
      submitted: "ブローカーが確認",
      taken: "ワーカーが取得",
      stored: "保存",
      refused: "拒否",
      published: "配信",
      deadLettered: "保留",
      arrived: "ゲートウェイに到着",
      sent: "デバイスに送信",
      caughtUp: "ログから読んで送信",
      acknowledged: "デバイスが受信を確認"
    },
    who: "利用者",
    process: "プロセス",
    clock: "時計の進み",
    clockMs: (ahead, doubt) => `${ahead}ミリ秒（±${doubt}）`
  },
  silent: (count) => `${count}件のプロセスから応答がありません。その通過点は表示されません。`,
  alone: "このプロセスにしか問い合わせできないため、ほかのプロセスの通過点は表示されません。",
  acts: {
    column: "操作",
    drain: "停止",
    drainNamed: (process) => `${process}を停止`,
    drainTitle: (process) => `${process}を停止しますか？`,
    drainText:
      "処理中の作業を終え、ソケットをほかのゲートウェイへ移してから終了します。監視プログラムがある場合は再起動されます。",
    drainDone: (process) => `${process}は終了します。`,
    stop: "停止",
    stopNamed: (actor) => `${actor}を停止`,
    stopTitle: (actor) => `${actor}を停止しますか？`,
    stopText:
      "残りのメッセージを処理してから、下位のアクターとともに停止します。利用者やデバイスのソケットは切断され、再接続します。",
    stopDone: "アクターを停止しました。",
    disconnect: "切断",
    disconnectNamed: (socket) => `${socket}を切断`,
    disconnectTitle: "このソケットを切断しますか？",
    disconnectText: "アプリは数秒以内に再接続します。失われるものはありません。",
    disconnectDone: "ソケットを切断しました。"
  }
}
