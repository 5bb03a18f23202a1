/**
 * The routes of the web client: its files by name, one page for all addresses that the client shows itself, and plain
 * pages where there is nothing else to show.
 */

import { createHash } from "node:crypto"
import { Effect } from "effect"
import type { Answer, EdgeRequest, Route } from "./Answer.ts"
import { answerFile, type FilesByName, staticFiles } from "./StaticFiles.ts"

export interface PageRoutes {
  /**
   * Returns the route of the whole path, or undefined if it is not the page's. Looks only at the files read at the
   * start.
   */
  readonly routeOf: (path: string) => Route | undefined
  /** For a path that leads nowhere. Returns a page for people, or undefined if the request did not ask for one. */
  readonly missing: (request: EdgeRequest) => Answer | undefined
}

/** First parts of the paths that the page's own router knows; nginx.conf has the same list. */
export const screens = new Set([
  "",
  "board",
  "c",
  "join",
  "new",
  "operate",
  "people",
  "register",
  "reset",
  "settings",
  "sign-in"
])

/** `origin`: the address of this server. `policy`: the page's Content-Security-Policy. */
export const pageRoutes = (files: FilesByName, origin: string, policy: string): PageRoutes => {
  const served = staticFiles(files)
  const index = served.get("index.html")
  const plain = notBuiltPage(origin)
  const page: Route = {
    name: "page",
    methods: { GET: ({ headers }) => Effect.succeed(index === undefined ? plain : answerFile(index, headers, policy)) }
  }
  const routes = new Map<string, Route>()
  for (const [name, file] of served) {
    if (file !== index)
      routes.set(`/${name}`, {
        name: "static",
        methods: { GET: ({ headers }) => Effect.succeed(answerFile(file, headers, policy)) }
      })
  }
  return {
    routeOf: (path) => routes.get(path) ?? (isScreen(path) ? page : undefined),
    missing: ({ headers, method, path }) =>
      (method === "GET" || method === "HEAD") && !isForPrograms(path) && (headers.accept ?? "").includes("text/html")
        ? notFoundPage()
        : undefined
  }
}

const style = `:root{color-scheme:light dark;--surface:#fbfaf7;--surface-sunken:#f2f0ea;--text:#1c1e24;--text-muted:#555963;--accent:#2f4c8f}
@media(prefers-color-scheme:dark){:root{--surface:#14161b;--surface-sunken:#101217;--text:#e8e6e1;--text-muted:#a6aab4;--accent:#8fa8ea}}
body{margin:12vh auto 0;max-width:36rem;padding:0 1.5rem;background:var(--surface);color:var(--text);font:15px/1.65 system-ui,"Hiragino Sans","Noto Sans JP","Yu Gothic",sans-serif}
h1{font-size:20px;font-weight:600}a{color:var(--accent)}
pre{background:var(--surface-sunken);border-radius:6px;padding:12px 16px;overflow-x:auto}`

const styleHash = createHash("sha256").update(style).digest("base64")

/** Shown if the web client was not built. `origin`: the address of this server; introduces the command to type. */
const notBuiltPage = (origin: string): Answer =>
  plainPage(
    200,
    "Hibiki",
    `<h1>Hibiki <span lang="ja">響き</span></h1>
<p>This server runs, but its web client was not built. In the checkout of Hibiki that it was started from, run</p>
<pre><code>npm run build</code></pre>
<p>and start it again. From a terminal you can chat already:</p>
<pre><code>HIBIKI_SERVER=${escapeHtml(origin)} npx --no-install hibiki chat</code></pre>
<p lang="ja">サーバーは動いていますが、ウェブクライアントがビルドされていません。上のコマンドでビルドしてから、サーバーを再起動してください。</p>`
  )

/** For people who came by plain http: `openAt` is the https address of this server. */
export const insecurePage = (openAt: string): Answer =>
  plainPage(
    403,
    "Hibiki",
    `<h1>Hibiki <span lang="ja">響き</span></h1>
<p>This server is opened by https: <a href="${escapeHtml(openAt)}">${escapeHtml(openAt)}</a></p>
<p>If you are there already, the proxy in front of the server is not set up yet. The server’s log says what to set.</p>
<p lang="ja">このサーバーは https で開いてください。すでに上のアドレスを開いている場合は、前段のプロキシの設定が終わっていません。必要な設定はサーバーのログに表示されています。</p>`
  )

const isScreen = (path: string): boolean =>
  path.startsWith("/") && screens.has(path.slice(1).split("/", 1)[0] ?? "") && !path.startsWith("//")

const isForPrograms = (path: string): boolean => /^\/(?:api|rpc|ws|health|assets)(?:\/|$)/.test(path)

const notFoundPage = (): Answer => missing

/** A page without dependencies: no script, no image, no request. */
const plainPage = (status: number, title: string, body: string): Answer => ({
  status,
  contentType: "text/html; charset=utf-8",
  headers: {
    "content-security-policy": `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`
  },
  body: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
${body}
</body>
</html>
`
})

const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")

const missing = plainPage(
  404,
  "Not found – Hibiki",
  `<h1>There is nothing here</h1>
<p>The address may have a typing error in it, or what was here is gone. <a href="/">To your conversations</a></p>
<p lang="ja">このアドレスには何もありません。アドレスが間違っているか、ページが削除された可能性があります。<a href="/">会話の一覧へ</a></p>`
)
