/**
 * A fault that nothing catches ends the server in order: its log tells it by its rules, and its sockets are sent
 * elsewhere.
 */
import { randomUUID } from "node:crypto"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { WebSocket } from "ws"
import { putMigratedPglite } from "../pglite/pgliteTemplate.ts"
import { freePort, startServer, temporaryFolder, waitFor } from "./harness.ts"
import { call, register } from "./kill/api.ts"

const folder = temporaryFolder()
const data = join(folder.path, "data")
const faulty = join(folder.path, "faulty.mjs")
beforeAll(async () => {
  writeFileSync(faulty, fault)
  await putMigratedPglite(data)
})
afterAll(() => folder.remove())

const canary = "canary-7f3a"
/** At a signal it throws where nobody waits for it, and once more right after it. */
const fault = `process.on("SIGUSR2", () => { for (const ms of [0, 20]) setTimeout(() => { throw new SyntaxError("${canary}") }, ms) })`

interface Entry {
  readonly at: number
  readonly level: string
  readonly role: string
  readonly node: string
  readonly version: string
  readonly message: string
  readonly adminLink?: string
}

/** Throws for a line that is no JSON. */
const entriesOf = (output: string): Array<Entry> =>
  output
    .trimEnd()
    .split("\n")
    .map((line): Entry => JSON.parse(line))

describe("a fault that nothing catches", () => {
  it("is told without what it quotes, and ends the server with 1 once its sockets were told to come back", async () => {
    const port = await freePort()
    const origin = `http://127.0.0.1:${port}`
    const variables = {
      HIBIKI_DATA: data,
      HIBIKI_PORT: String(port),
      HIBIKI_REGISTRATION: "open",
      HIBIKI_LOG_FORMAT: "json",
      HIBIKI_TYPO: "1"
    }
    const server = await startServer(variables, ["--import", faulty])
    const ann = await register(origin, "ann")
    const { ticket } = await call<{ readonly ticket: string }>(origin, "ticket.issue", {}, ann.accessToken)
    const socket = new WebSocket(`${origin.replace("http", "ws")}/ws`)
    const ops: Array<string> = []
    const closed = new Promise<number>((resolve) => socket.on("close", resolve))
    socket.on("message", (text) => {
      const { op }: { readonly op: string } = JSON.parse(String(text))
      ops.push(op)
    })
    await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject))
    const hello = {
      op: "hello",
      version: 1,
      ticket,
      device: ann.deviceId,
      instance: randomUUID(),
      epoch: null,
      cursors: [],
      last: true
    }
    socket.send(JSON.stringify(hello))
    await waitFor("the socket to be live", () => ops.includes("live"))
    const since = performance.now()
    server.process.kill("SIGUSR2")
    assert.strictEqual(await server.exited, 1)
    assert.isBelow(performance.now() - since, 10_000)
    assert.include(ops, "moving")
    assert.strictEqual(await closed, 4503)
    assert.notInclude(server.stdout() + server.stderr(), canary)
    const told = entriesOf(server.stderr())
    assert.match(told.pop()?.message ?? "", /^Hibiki met a fault of its own/)
    const faults = told.filter(({ level }) => level === "error")
    assert.lengthOf(faults, 2, server.stderr())
    for (const { message } of faults) assert.match(message, /SyntaxError\n +at /)
    const all = [...entriesOf(server.stdout()), ...told]
    assert.isTrue(all.every(({ at, role, version }) => at > 0 && role === "embedded" && version !== ""))
    assert.strictEqual(new Set(all.map(({ node }) => node)).size, 1)
    assert.isTrue(told.some(({ level, message }) => level === "warn" && message.includes("HIBIKI_TYPO")))
    const ready = all.find(({ message }) => message.startsWith("Ready after"))
    assert.strictEqual(ready?.adminLink, server.link)
    assert.include(ready?.adminLink, `${origin}/register#invite=`)
  })
})
