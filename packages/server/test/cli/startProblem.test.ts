import { assert, describe, it } from "@effect/vitest"
import { FolderLocked, FolderNotWritable } from "@hibiki/node/FolderLock"
import { FolderNotPrivate } from "@hibiki/node/privateFolder"
import { SecretKeyProblem } from "../../src/accounts/SecretsNode.ts"
import { startProblem } from "../../src/cli/config/startProblem.ts"
import { ListenFailed } from "../../src/http/HttpServer.ts"
import { FolderNewer, FolderUnusable } from "../../src/pglite/PgliteFolder.ts"

const folder = `/a/${"very/long/".repeat(60)}data`

describe("why a server did not start", () => {
  for (const [failure, setting] of [
    [new FolderLocked({ folder, pid: 4_194_304 }), "HIBIKI_DATA"],
    [new FolderNotWritable({ folder, code: "EACCES" }), "HIBIKI_DATA"],
    [new FolderNotWritable({ folder, code: "EEXIST", file: folder }), "HIBIKI_DATA"],
    [new FolderNotPrivate({ folder, path: folder, why: "owner" }), "HIBIKI_DATA"],
    [new FolderNotPrivate({ folder, path: folder, why: "mode" }), "HIBIKI_DATA"],
    [new FolderNewer({ folder, what: "postgres", found: 99, known: 18 }), "HIBIKI_DATA"],
    [new FolderUnusable({ folder, reason: "x".repeat(500) }), "HIBIKI_DATA"],
    [new SecretKeyProblem({ path: folder, cause: "x" }), "HIBIKI_DATA"],
    [new ListenFailed({ host: "127.0.0.1", port: 8080, code: "EADDRINUSE" }), "HIBIKI_PORT"],
    [new ListenFailed({ host: "127.0.0.1", port: 80, code: "EACCES" }), "HIBIKI_PORT"],
    [new ListenFailed({ host: "h".repeat(300), port: 80, code: "ENOTFOUND" }), "HIBIKI_HOST"],
    [new ListenFailed({ host: "127.0.0.1", port: 80, code: "EWHATEVER" }), "HIBIKI_PORT"]
  ] as const) {
    it(`names ${setting} in one whole sentence for ${failure._tag}${"code" in failure ? ` (${failure.code})` : "why" in failure ? ` (${failure.why})` : ""}, however long the names are`, () => {
      const problem = startProblem(failure)
      assert.include(problem.sentence, setting)
      assert.isAtMost([...problem.sentence].length, 190)
      assert.match(problem.sentence, /[^…]$/, "nothing was cut off the end")
      assert.strictEqual(problem.exitCode, 78)
    })
  }
})
