/** The page at `/` until the web client stands there: what this is, and how to chat from a terminal. No script, no image, no request. */
import { createHash } from "node:crypto"
import type { Answer } from "./Answer.ts"

const style = `:root{color-scheme:light dark;--paper:#fbfaf7;--sunk:#f2f0ea;--ink:#1c1e24;--soft:#555963;--ai:#2f4c8f}
@media(prefers-color-scheme:dark){:root{--paper:#14161b;--sunk:#101217;--ink:#e8e6e1;--soft:#a6aab4;--ai:#8fa8ea}}
body{margin:12vh auto 0;max-width:36rem;padding:0 1.5rem;background:var(--paper);color:var(--ink);font:15px/1.65 system-ui,"Hiragino Sans","Noto Sans JP","Yu Gothic",sans-serif}
h1{font-size:20px;font-weight:600}a{color:var(--ai)}p.soft{color:var(--soft);font-size:13px}
pre{background:var(--sunk);border-radius:6px;padding:12px 16px;overflow-x:auto}`

const styleHash = createHash("sha256").update(style).digest("base64")

/** `origin`: where this server is reached; leads into the command to type. */
export const rootPage = (origin: string): Answer => ({
  status: 200,
  contentType: "text/html; charset=utf-8",
  headers: {
    "content-security-policy": `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`
  },
  body: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Hibiki</title>
<style>${style}</style>
</head>
<body>
<h1>Hibiki <span lang="ja">響き</span></h1>
<p>This is a Hibiki chat server. From a terminal, in a checkout of Hibiki:</p>
<pre><code>HIBIKI_SERVER=${escapeHtml(origin)} npx --no-install hibiki chat</code></pre>
<p lang="ja">Hibiki のチャットサーバーです。ターミナルから上のコマンドで参加できます。</p>
<p class="soft">Came by an invite link? Paste this page's whole address when the chat asks. <span lang="ja">招待リンクから来た方は、チャットで聞かれたときにこのページのアドレスを貼り付けてください。</span></p>
<p class="soft">For programs: <a href="/api/v1/openapi.json">the API</a>.</p>
</body>
</html>
`
})

const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")
