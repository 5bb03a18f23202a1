import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createServer, type RequestListener } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { runAdmin } from "../../src/cli/admin/runAdmin.ts"
import { loadSettings } from "../../src/cli/config/Environment.ts"

/** What the command line makes of a server at the folder's door that does this. */
const asked = (onRequest: RequestListener) =>
  Effect.acquireUseRelease(
    Effect.promise(async () => {
      const folder = mkdtempSync(join(tmpdir(), "hibiki-door-"))
      mkdirSync(join(folder, "pg"))
      const server = createServer(onRequest)
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
      const address = server.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      writeFileSync(join(folder, "admin.json"), JSON.stringify({ url: `http://127.0.0.1:${port}/`, secret: "s" }))
      return { folder, server }
    }),
    ({ folder }) =>
      Effect.flatMap(loadSettings({ HIBIKI_DATA: folder }), (settings) =>
        Effect.either(runAdmin(settings, { op: "user.list" }))
      ),
    ({ folder, server }) =>
      Effect.sync(() => {
        server.closeAllConnections()
        server.close()
        rmSync(folder, { recursive: true })
      })
  )

describe("a command while a server holds the folder", () => {
  it.live("gives what the server answers, in however many parts it comes", () =>
    Effect.gen(function* () {
      const answer = yield* asked((request, response) => {
        assert.strictEqual(request.headers.authorization, "Bearer s")
        response.write('{"lines":["響')
        setImmediate(() => response.end('き"]}'))
      })
      assert.deepStrictEqual(answer._tag === "Right" && answer.right, ["響き"])
    })
  )

  it.live("says that the server is busy, or that it ended, and does not take the folder itself", () =>
    Effect.gen(function* () {
      const busy = yield* asked((_, response) => response.writeHead(503).end())
      assert.include(busy._tag === "Left" ? busy.left.sentence : "", "busy with other commands")
      const before = yield* asked((request) => request.socket.destroy())
      assert.include(before._tag === "Left" ? before.left.sentence : "", "ended before it answered")
      const within = yield* asked((request, response) => {
        response.write('{"lines":[')
        setImmediate(() => request.socket.destroy())
      })
      assert.include(within._tag === "Left" ? within.left.sentence : "", "ended before it answered")
    })
  )
})
