import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { failed } from "@hibiki/node/Problem"
import { Effect, Logger } from "effect"
import type { AdminRequest } from "../../src/cli/admin/AdminRequest.ts"
import { serveAdmin } from "../../src/cli/admin/serveAdmin.ts"

const withDoor = <A>(
  perform: (request: AdminRequest) => Effect.Effect<ReadonlyArray<string>, ReturnType<typeof failed>>,
  use: (door: { readonly url: string; readonly secret: string }, path: string) => Promise<A>
) =>
  Effect.acquireUseRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "hibiki-door-"))),
    (folder) =>
      Effect.zipRight(
        Effect.scoped(
          Effect.zipRight(
            serveAdmin(folder, perform),
            Effect.promise(() =>
              use(JSON.parse(readFileSync(join(folder, "admin.json"), "utf8")), join(folder, "admin.json"))
            )
          )
        ),
        Effect.sync(() => assert.isFalse(existsSync(join(folder, "admin.json")), "the door goes with the server"))
      ),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
  )

const ask = (door: { readonly url: string; readonly secret: string }, request: unknown, secret = door.secret) =>
  fetch(door.url, { method: "POST", headers: { authorization: `Bearer ${secret}` }, body: JSON.stringify(request) })

describe("the server's door for the command line", () => {
  it.live("opens to who can read its file, which only the owner can", () =>
    withDoor(
      (request) => Effect.succeed([request.op]),
      async (door, path) => {
        assert.strictEqual(statSync(path).mode & 0o777, 0o600)
        assert.match(door.url, /^http:\/\/127\.0\.0\.1:\d+\/$/)
        assert.deepStrictEqual(await (await ask(door, { op: "user.list" })).json(), { lines: ["user.list"] })
      }
    )
  )

  it.live("stays shut to everybody else, and runs nothing for them", () => {
    let ran = 0
    return withDoor(
      () => Effect.sync(() => [String(++ran)]),
      async (door) => {
        assert.strictEqual((await ask(door, { op: "user.list" }, "x".repeat(door.secret.length))).status, 403)
        assert.strictEqual((await ask(door, { op: "user.list" }, "")).status, 403)
        assert.strictEqual((await fetch(door.url)).status, 403)
        assert.strictEqual(ran, 0)
      }
    )
  })

  it.live("tells a problem as a sentence, a bug only in the log, and an unknown command as such", () =>
    withDoor(
      (request) =>
        request.op === "user.list" ? failed("There is nobody.") : Effect.die(new Error("canary in the stack")),
      async (door) => {
        assert.deepStrictEqual(await (await ask(door, { op: "user.list" })).json(), { problem: "There is nobody." })
        const bug = await (await ask(door, { op: "user.enable", handle: "x" })).text()
        assert.include(bug, "its log tells more")
        assert.notInclude(bug, "canary")
        assert.include(await (await ask(door, { op: "frob" })).text(), "does not know that command")
        assert.include(
          await (await ask(door, { op: "user.enable", handle: "y".repeat(100_000) })).text(),
          "could not be read"
        )
      }
    ).pipe(Effect.provide(Logger.remove(Logger.defaultLogger)))
  )
})
