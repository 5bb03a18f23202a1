/**
 * Pages that need nothing: where the web client was not built, and for addresses that lead nowhere. No script, no
 * image, no request.
 */
import { createHash } from "node:crypto"
import type { Answer } from "./Answer.ts"

const style = `:root{color-scheme:light dark;--paper:#fbfaf7;--sunk:#f2f0ea;--ink:#1c1e24;--soft:#555963;--ai:#2f4c8f}
@media(prefers-color-scheme:dark){:root{--paper:#14161b;--sunk:#101217;--ink:#e8e6e1;--soft:#a6aab4;--ai:#8fa8ea}}
body{margin:12vh auto 0;max-width:36rem;padding:0 1.5rem;background:var(--paper);color:var(--ink);font:15px/1.65 system-ui,"Hiragino Sans","Noto Sans JP","Yu Gothic",sans-serif}
h1{font-size:20px;font-weight:600}a{color:var(--ai)}
pre{background:var(--sunk);border-radius:6px;padding:12px 16px;overflow-x:auto}`

const styleHash = createHash("sha256").update(style).digest("base64")

/** `origin`: where this server is reached; leads into the command to type. */
export const notBuiltPage = (origin: string): Answer =>
  plainPage(
    200,
    "Hibiki",
    `<h1>Hibiki <span lang="ja">響き</span></h1>
<p>This server runs, but its web client was not built. In the checkout of Hibiki that it was started from, run</p>
<pre><code>npm run build</code></pre>
<p>and start it again. From a terminal you can chat already:</p>
<pre><code>HIBIKI_SERVER=${escapeHtml(origin)} npx --no-install hibiki chat</code></pre>
<p lang="ja">サーバーは動いていますが、ウェブクライアントがビルドされていません。上のコマンドでビルドしてから、サーバーを起動し直してください。</p>`
  )

/** For a person who came in the clear: `openAt` is the https address of this server. */
export const insecurePage = (openAt: string): Answer =>
  plainPage(
    403,
    "Hibiki",
    `<h1>Hibiki <span lang="ja">響き</span></h1>
<p>This server is opened by https: <a href="${escapeHtml(openAt)}">${escapeHtml(openAt)}</a></p>
<p>If you are there already, the proxy in front of the server is not set up yet. The server’s log says what to set.</p>
<p lang="ja">このサーバーは https で開いてください。すでに上のアドレスを開いている場合は、前段のプロキシの設定が終わっていません。設定すべき内容はサーバーのログに出ています。</p>`
  )

export const notFoundPage = (): Answer => missing

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
<p lang="ja">このアドレスには何もありません。入力の間違いか、すでになくなったページです。<a href="/">会話の一覧へ</a></p>`
)
