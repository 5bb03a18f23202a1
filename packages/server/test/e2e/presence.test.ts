/**
 * Presence by real sockets of the built server, against the clock on the wall: what one person sees of another, and how
 * soon.
 */
import { randomUUID } from "node:crypto"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { WebSocket } from "ws"
import { putMigratedPglite } from "../pglite/pgliteTemplate.ts"
import { endServer, freePort, type RunningServer, startServer, temporaryFolder, waitFor } from "./harness.ts"
import { call, register, signIn } from "./kill/api.ts"
import type { Account } from "./kill/load.ts"
import { createGroup } from "./kill/populate.ts"

interface Told {
  readonly atMs: number
  readonly state: string
  readonly since: number | undefined
}

const folder = temporaryFolder()
const open = new Set<WebSocket>()
let origin = ""
let server: RunningServer
let ann: Account
let bob: Account
let direct = ""

beforeAll(async () => {
  await putMigratedPglite(join(folder.path, "data"))
  const port = await freePort()
  origin = `http://127.0.0.1:${port}`
  server = await startServer({
    HIBIKI_DATA: join(folder.path, "data"),
    HIBIKI_PORT: String(port),
    HIBIKI_REGISTRATION: "open"
  })
  ann = await register(origin, "ann")
  bob = await register(origin, "bob")
  direct = (
    await call<{ readonly conversationId: string }>(
      origin,
      "conversation.openDirect",
      { userId: ann.userId },
      bob.accessToken
    )
  ).conversationId
  // Who shares a group sees the other there; a direct conversation alone would have to be answered first.
  await createGroup(origin, bob, [ann.userId])
})
afterAll(async () => {
  for (const socket of open) socket.terminate()
  if (server !== undefined) await endServer(server)
  folder.remove()
})

type Frame = Readonly<Record<string, unknown>> & { readonly op: string }

/** A live socket of that device. `silent`: it answers no ping, as a closed lid. */
const connect = async (account: Account, silent = false) => {
  const { ticket } = await call<{ readonly ticket: string }>(origin, "ticket.issue", {}, account.accessToken)
  const frames: Array<Frame> = []
  const told: Array<Told> = []
  const socket = new WebSocket(`${origin.replace("http", "ws")}/ws`, { autoPong: !silent })
  open.add(socket)
  socket.on("message", (data) => {
    const frame: Frame & {
      readonly users?: ReadonlyArray<{ readonly userId: string; readonly state: string; readonly since?: number }>
    } = JSON.parse(String(data))
    frames.push(frame)
    for (const user of frame.users ?? [])
      if (user.userId === ann.userId) told.push({ atMs: performance.now(), state: user.state, since: user.since })
  })
  await new Promise((resolve, reject) => {
    socket.once("open", resolve)
    socket.once("error", reject)
  })
  const send = (frame: object) => socket.send(JSON.stringify(frame))
  send({
    op: "hello",
    version: 1,
    ticket,
    device: account.deviceId,
    instance: randomUUID(),
    epoch: null,
    cursors: [],
    last: true
  })
  await waitFor("the socket to be live", () => frames.some(({ op }) => op === "live"))
  return {
    frames,
    told,
    send,
    close: () => socket.close(1001),
    /** Watches Ann from here on. */
    watch: async () => {
      const before = told.length
      send({ op: "watch", userIds: [ann.userId] })
      await waitFor("an answer", () => told.length > before)
    },
    /** How long it took until Ann was told so, from a moment on (ms). */
    tells: async (state: string, sinceMs: number) => {
      const found = await waitFor(`${state} to be told`, () =>
        told.find((one) => one.atMs >= sinceMs && one.state === state)
      )
      return found.atMs - sinceMs
    }
  }
}

describe("of another person", () => {
  it("one sees it come and sign out within two seconds, and nothing of a reload", async () => {
    const watching = await connect(bob)
    await watching.watch()
    assert.strictEqual(watching.told[0]?.state, "offline")
    const began = performance.now()
    const first = await connect(ann)
    assert.isBelow(await watching.tells("active", began), 2_000)
    const before = watching.told.length
    first.close()
    const second = await connect(ann)
    // Longer than the grace: what the socket before left behind would show by now.
    const marked = performance.now()
    await waitFor("the grace to pass", () => performance.now() - marked > 6_500)
    assert.deepStrictEqual(watching.told.slice(before), [])
    second.send({ op: "typing", conversationId: direct })
    await waitFor("typing", () =>
      watching.frames.some((frame) => frame.op === "typing" && frame["userId"] === ann.userId)
    )
    const out = performance.now()
    await call(origin, "auth.signOut", {}, ann.accessToken)
    assert.isBelow(await watching.tells("offline", out), 2_000)
    ann = await signIn(origin, "ann")
  })

  it("whose lid was closed one sees offline within 45 s, since it was last heard", async () => {
    const watching = await connect(bob)
    const closedAt = performance.now()
    const wall = Date.now()
    await connect(ann, true)
    await watching.watch()
    const tookMs = await watching.tells("offline", closedAt)
    assert.isBelow(tookMs, 45_000)
    assert.isAbove(tookMs, 35_000)
    assert.isBelow((watching.told.at(-1)?.since ?? 0) - wall, 5_000)
  })
})
