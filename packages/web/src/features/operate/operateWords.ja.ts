/** The operator's console's words in Japanese. */
import type { OperateWords } from "./operateWords.en.ts"

const list = (names: ReadonlyArray<string>) => names.join("、")
const n = (count: number) => count.toLocaleString("ja-JP")

export const operateWordsJa: OperateWords = {
  title: "運用",
  tabs: "運用コンソールの画面",
  screens: {
    now: "現在",
    nodes: "プロセス",
    actors: "アクター",
    sockets: "ソケット",
    path: "メッセージの経路",
    message: "メッセージ追跡",
    queues: "キュー",
    store: "ストア",
    presence: "オンライン状況",
    people: "利用者",
    conversations: "会話",
    audit: "監査"
  },
  gone: "この画面は管理者専用です。現在のあなたは管理者ではありません。",
  pause: "一時停止",
  resume: "再開",
  pauseKeys: (label) => `${label} (P)`,
  pulses: {
    connecting: "接続しています…",
    live: "自動更新中",
    stale: "3秒以上更新がありません",
    lost: "接続が切れました。再接続しています",
    gone: "表示できません",
    paused: "一時停止中"
  },
  updated: (time) => `${time}に更新`,
  health: {
    label: "全体の状態",
    well: "すべて正常です",
    unknown: "最初の応答を待っています",
    findings: {
      alone: () => ({
        text: "このプロセスにしか問い合わせできません",
        advice:
          "apiプロセスからRedisに接続できません。Redisが動いているか確認してください。その間もチャットは使えます。"
      }),
      silent: ({ processes }) => ({
        text: `応答がありません: ${list(processes)}`,
        advice:
          "プロセスが動いているか、Redisに接続できているかを確認し、ログを見てください。接続していた人は自動で別のプロセスにつながります。"
      }),
      redis: ({ processes }) => ({
        text: `Redisに接続できません: ${list(processes)}`,
        advice:
          "Redisの稼働状況と、Redisまでのネットワークを確認してください。フェイルオーバーの後は、接続先がプライマリになっているかも確認してください。データの復元は不要です。"
      }),
      deadLetters: () => ({
        text: "直近1分間に、処理できなかったコマンドがあります",
        advice: "理由はワーカーのログに出ています。再実行するか破棄するまで、コマンドはデッドレターキューに残ります。"
      }),
      overflows: () => ({
        text: "直近1分間に、メールボックスがあふれました",
        advice:
          "「アクター」を待ち件数の順に並べ、処理が追いついていないものを確認してください。Postgresの応答が遅くないかも調べ、アクターが多いときはゲートウェイを増やしてください。"
      }),
      errors: ({ count }) => ({
        text: `直近1分間のエラー: ${n(count)}件`,
        advice: "「プロセス」で発生元を確認し、そのプロセスのログを見てください。理由が1件ずつ出ています。"
      }),
      waiting: ({ count }) => ({
        text: `${n(count)}件のコマンドが待っていて、増え続けています`,
        advice: "ワーカーの処理が追いついていません。データベースの応答時間を確認し、ワーカーを増やしてください。"
      }),
      mailbox: ({ depth, process }) => ({
        text: `${process}に、${n(depth)}件たまったメールボックスがあります`,
        advice: "「アクター」で持ち主を確認してください。読み取りの遅いソケットは、影響が広がる前に自動で閉じられます。"
      }),
      clock: ({ aheadMs, process }) => ({
        text: `${process}の時計が${(Math.abs(aheadMs) / 1_000).toFixed(1)}秒${aheadMs > 0 ? "進んで" : "遅れて"}います`,
        advice: "そのマシンで時刻同期を設定してください。それまではログの時刻を比べられません。"
      })
    }
  },
  noAnswer: (processes) => `応答なし: ${list(processes)}`,
  alone: "このプロセスにしか問い合わせできません",
  waiting: "最初の応答を待っています",
  unread: {
    broker: "RabbitMQに接続できません。キューの数値は最後に取得したものです。",
    store: "データベースから応答がありません。データベースの数値は最後に取得したものです。"
  },
  now: {
    tiles: "現在の数値",
    plots: "直近の推移",
    window: "表示する時間",
    windows: { 60: "1分", 300: "5分", 600: "10分" },
    loading: "グラフを読み込んでいます",
    names: {
      messages: "メッセージ",
      sockets: "ソケット",
      accepted: "送信→受付",
      arrived: "保存→配送開始",
      errors: "エラー",
      waiting: "処理待ちのコマンド"
    },
    units: { messages: "件/秒", sockets: "本", accepted: "ms", arrived: "ms", errors: "件/秒", waiting: "件" },
    lines: { messages: "メッセージ", requests: "呼び出し", p50: "p50", p95: "p95", p99: "p99" },
    nothing: "直近1分間の計測なし",
    none: "計測なし",
    spark: (most) => `10分間の最大${most}`,
    range: (now, most, least) => `現在${now}、最大${most}、最小${least}`,
    peak: (name, now, most) => `${name} ${now}（最大${most}）`,
    at: (time) => `${time}時点`
  },
  table: { shown: (count, total) => `${total}件中${count}件`, limit: "件数", unknown: "不明" },
  nodes: {
    caption: "プロセス",
    none: "応答したプロセスがありません。",
    process: "プロセス",
    state: "状態",
    answers: "応答中",
    missed: (count) => `${n(count)}秒間応答なし`,
    version: "バージョン",
    up: "稼働時間",
    since: (time) => `${time}から`,
    cpu: "CPU",
    memory: "メモリ",
    lag: "遅延 (ms)",
    sockets: "ソケット",
    actors: "アクター",
    redis: "Redis (ms)",
    clock: "時計のずれ (ms)"
  },
  actors: {
    caption: "アクター",
    none: "条件に一致するアクターはありません。",
    all: "すべて",
    place: "ツリー上の場所",
    prefix: "パスの先頭",
    kind: "種類",
    state: "状態",
    any: "すべて",
    states: { idle: "待機", ready: "実行待ち", running: "実行中", stopping: "停止中" },
    path: "パス",
    filterBy: (path) => `${path}とその下を表示`,
    depth: "待ち",
    handled: "処理済み",
    rate: "毎秒",
    restarts: "再起動",
    failed: "最後の失敗",
    never: "なし",
    process: "プロセス"
  },
  sockets: {
    caption: "ソケット",
    none: "開いているソケットはありません。",
    person: "利用者",
    device: "端末",
    kind: "種類",
    kinds: { browser: "ブラウザー", terminal: "ターミナル", bot: "ボット" },
    process: "プロセス",
    unsent: "未送信",
    state: "状態",
    live: "通常",
    lagging: "追いつき中",
    pending: "未応答",
    silent: "無通信",
    conversations: "会話",
    toActors: (person) => `${person}のアクターを表示`
  },
  path: {
    caption: "メッセージの経路",
    about: "直近1分間、またはこの画面を開いてからの値です。まとまりごとに1回計測します。",
    none: "応答したプロセスがありません。",
    step: "段階",
    steps: {
      lane: ["レーン", "ゲートウェイで前のまとまりを待つ"],
      broker: ["ブローカー", "RabbitMQに届くまで"],
      worker: ["ワーカー", "ワーカーの手が空くのを待つ"],
      append: ["追加", "1つのトランザクションで判定して保存"],
      routes: ["ルート", "配送先のゲートウェイをRedisで調べる"],
      envelope: ["エンベロープ", "エンベロープがRabbitMQに届くまで"],
      arrival: ["到着", "保存からゲートウェイまで（両者の時計で計測）"],
      fanout: ["ファンアウト", "1つのゲートウェイのソケットへ"],
      whole: ["全体", "ゲートウェイから送信者への応答まで"]
    },
    rate: "まとまり/秒",
    p50: "p50 (ms)",
    p99: "p99 (ms)",
    waiting: "待ち"
  },
  queues: {
    caption: "キュー",
    none: "キューの状態を取得できませんでした。",
    queue: "キュー",
    names: {
      partition: (partition = 0) => `パーティション${partition}`,
      push: () => "プッシュ通知のキュー",
      deadLetters: () => "デッドレター",
      looks: () => "確認待ちの会話",
      pushes: () => "送信待ちの通知"
    },
    units: {
      partition: "コマンドのまとまり",
      push: "新着メッセージの知らせ",
      deadLetters: "処理できなかったコマンドのまとまり",
      looks: "プッシュ通知が必要か調べる会話",
      pushes: "端末に送るプッシュ通知"
    },
    depth: "待ち",
    missing: "キューなし",
    consumers: "受け手",
    nobody: "なし",
    late: "遅れ"
  },
  store: {
    figures: "ストアの数値",
    unread: "まだ値を取得できていません。",
    names: {
      databaseBytes: "サイズ",
      eventsPerSecond: "イベント",
      connections: "接続",
      oldestTransactionMs: "最も古いトランザクション",
      idsUsed: "トランザクションIDの使用率"
    },
    more: {
      databaseBytes: "データベース全体",
      eventsPerSecond: "件/秒を保存",
      connections: (most) => `上限${most}`,
      oldestTransactionMs: "開いている時間",
      idsUsed: "100%で古い行の凍結処理が必要"
    },
    noTransaction: "開いているものはありません",
    alone: "単一プロセスのため接続なし",
    tables: "大きいテーブル",
    noTables: "テーブルの情報を取得できませんでした。",
    table: "テーブル",
    size: "サイズ",
    rows: "行数",
    deadRows: "不要な行",
    vacuumed: "最後のVACUUM",
    never: "未実行",
    ago: (span) => `${span}前`,
    replicas: "レプリカ",
    noReplicas: "接続中のレプリカはありません。",
    replica: "レプリカ",
    state: "状態",
    hidden: "閲覧権限なし",
    lag: "遅れ",
    lagBytes: "未反映",
    conversations: "大きい会話",
    noConversations: "イベントのある会話はまだありません。",
    conversation: "会話",
    kind: "種類",
    kinds: { direct: "ダイレクト", group: "グループ", channel: "チャンネル" },
    events: "イベント数（概数）"
  }
}
