import { spawn } from "node:child_process"
import { once } from "node:events"
import { createServer } from "node:http"
import type { Duplex } from "node:stream"
import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { type WebSocket, WebSocketServer } from "ws"
import { cpuMicrosOf, cpuMicrosWithEnded } from "../../bench/kit/cpuTime.ts"
import { ClientSocket } from "../../bench/speed/generator/ClientSocket.ts"
import { Device } from "../../bench/speed/generator/Device.ts"
import { FrameScan, idOf, postText } from "../../bench/speed/generator/FrameScan.ts"
import { wires } from "../../bench/speed/generator/Wire.ts"
import { lateStretches } from "../../bench/speed/measure/DiskSpeed.ts"
import { Histogram } from "../../bench/speed/measure/Histogram.ts"
import { slowStretches } from "../../bench/speed/measure/MachineSpeed.ts"
import { cpuMicrosOfTree, treeOf } from "../../bench/speed/measure/processes.ts"
import { makeScene } from "../../bench/speed/Scene.ts"

const log = "01a2141a-d65f-762c-88ec-135a3b66217d"
const events = (...seqs: ReadonlyArray<number>) =>
  JSON.stringify({
    op: "events",
    conversationId: log,
    events: seqs.map((seq) => ({ seq, kind: "posted", text: postText(seq + 100, 20) }))
  })

describe("the bench's histogram", () => {
  it("is off by 1.6 % at most", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 100_000_000 }), { minLength: 1, maxLength: 200 }),
        fc.integer({ min: 1, max: 100 }),
        (times, percent) => {
          const histogram = new Histogram()
          for (const time of times) histogram.add(time)
          const sorted = [...times].sort((a, b) => a - b)
          const exact = sorted[Math.ceil((sorted.length * percent) / 100) - 1] ?? 0
          assert.isAtMost(Math.abs(histogram.percentile(percent) - exact), 0.016 * exact + 0.5)
        }
      )
    )
    assert.isNaN(new Histogram().percentile(50))
  })
})

describe("the bench's scan of frames", () => {
  const of = (text: string) => new FrameScan().of(Buffer.from(`before${text}after`), 6, 6 + Buffer.byteLength(text))

  it("finds the log, the events and the posts", () => {
    assert.deepStrictEqual(of(events(7, 8, 9)), { op: "events", log, first: 7, count: 3, posts: [107, 108, 109] })
    const accepted = JSON.stringify({ op: "accepted", id: idOf(4_711), conversationId: log, seq: 12, at: 3 })
    assert.deepStrictEqual(of(accepted), { op: "accepted", log, first: 12, count: 1, posts: [4_711] })
    assert.strictEqual(of(`{"op":"live"}`).op, "live")
  })

  it("tells other bytes of the same length apart", () => {
    const scan = new FrameScan()
    const [one, two] = [Buffer.from(events(7)), Buffer.from(events(8))]
    assert.deepStrictEqual(
      [scan.of(one, 0, one.length).first, scan.of(two, 0, two.length).first, scan.of(two, 0, two.length).first],
      [7, 8, 8]
    )
  })

  it("does not take events that have a hole between them", () => {
    assert.throws(() => of(events(7, 9)), "9 after 7")
  })
})

describe("the bench's look at the machine's own speed", () => {
  it("tells the stretches in which the same work took a multiple of its time, however long it had waited for its turn", () => {
    const took = [20, 20, 20, 79, 900, 20, 20, 79, 20, 80, 20]
    const at = [0, 4, 8, 12, 16, 20, 60, 64, 68, 90, 94]
    const samples = took.map((micros, i) => ({ atMs: at[i] ?? 0, micros }))
    // Four times the usual is slow; from the sample before, or where that is long ago, from two turns before.
    assert.deepStrictEqual(slowStretches(samples), [
      [12, 16],
      [82, 90]
    ])
    assert.deepStrictEqual(slowStretches([]), [])
  })
})

describe("the bench's look at the disk", () => {
  it("tells the writes that took long, and ten times as long as usual", () => {
    const of = (...took: ReadonlyArray<number>) =>
      lateStretches(took.map((ms, i) => ({ fromMs: 100 * i, toMs: 100 * i + ms })))
    assert.deepStrictEqual(of(0.4, 0.5, 19.9, 20, 0.4, 300, 0.4), [
      [300, 320],
      [500, 800]
    ])
    // Where each takes some milliseconds.
    assert.deepStrictEqual(of(6, 6, 20, 59, 60, 6, 6), [[400, 460]])
    assert.deepStrictEqual(of(), [])
  })
})

describe("the bench's look at CPU time", () => {
  it("knows that of a process that has ended", async () => {
    const before = cpuMicrosOfTree([process.pid])
    const child = spawn(process.execPath, [
      "-e",
      "const until = process.hrtime.bigint() + 200_000_000n; while (process.hrtime.bigint() < until);"
    ])
    await once(child, "exit")
    // It was busy for 200 ms of its own, as far as it had a processor, besides its start.
    assert.isAbove(cpuMicrosOfTree([process.pid]) - before, 50_000)
    assert.notInclude(treeOf([process.pid]), child.pid)
    assert.isBelow(cpuMicrosOf(process.pid), cpuMicrosWithEnded(process.pid))
  })
})

describe("the bench's clients", () => {
  /** What a client says of a server that sends this once it has greeted, and up to where it has everything. */
  const readBy = async (inAnyOrder: boolean, frames: ReadonlyArray<string>, underWay: ReadonlyArray<number> = []) => {
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1", path: "/ws" })
    server.on("connection", (socket) => {
      socket.on("message", () => {
        const behind = JSON.stringify({ op: "behind", conversationId: log, head: 3 })
        for (const frame of [behind, ...frames, `{"op":"live"}`]) socket.send(frame)
      })
    })
    await new Promise((resolve) => server.once("listening", resolve))
    const address = server.address()
    const port = typeof address === "object" && address !== null ? address.port : 0
    const wrong: Array<string> = []
    const accepted: Array<number> = []
    const scan = new FrameScan()
    const account = { userId: "u", deviceId: "d", accessToken: "t" }
    const host = {
      scanOf: (bytes: Buffer, from: number, to: number) => scan.of(bytes, from, to),
      delivered: () => undefined,
      accepted: (_: Device, post: number) => void accepted.push(post),
      busy: () => undefined,
      wrong: (what: string) => void wrong.push(what)
    }
    const device = new Device(0, account, wires.frames, host, inAnyOrder)
    device.underWay = underWay
    await new Promise<void>((live, failed) => {
      device.connect(port, "127.0.0.1", "ticket", {
        welcomed: () => undefined,
        live,
        failed: (reason) => failed(new Error(reason))
      })
    })
    device.leave()
    await new Promise((resolve) => server.close(resolve))
    return { wrong, accepted, underWay: device.underWay, cursor: device.cursors.get(log) }
  }
  const wrongOf = async (...frames: ReadonlyArray<string>) => (await readBy(false, frames)).wrong

  it("count each event once where they come in any order", async () => {
    const { cursor, wrong } = await readBy(true, [events(6), events(4), events(7), events(5), events(9)])
    assert.deepStrictEqual({ cursor, wrong }, { wrong: [], cursor: 7 })
    assert.deepStrictEqual((await readBy(true, [events(5), events(5)])).wrong, ["device 0 got 5 twice"])
    assert.deepStrictEqual((await readBy(true, [events(4), events(4)])).wrong, ["device 0 got 4 twice"])
  })

  it("notice an event that is missing, and one that comes twice", async () => {
    assert.deepStrictEqual(await wrongOf(events(4, 5), events(6)), [])
    assert.deepStrictEqual(await wrongOf(events(4), events(6)), ["device 0 got 6 after 4"])
    assert.deepStrictEqual(await wrongOf(events(4, 5), events(5)), ["device 0 got 5 after 5"])
  })

  it("have each post of a frame accepted by itself, by an answer or as an event", async () => {
    const answer = JSON.stringify({ op: "accepted", id: idOf(7), conversationId: log, seq: 4, at: 1 })
    const { accepted, underWay, wrong } = await readBy(false, [answer, events(5, 6), events(7)], [6, 7, 106])
    assert.deepStrictEqual({ accepted, underWay, wrong }, { accepted: [7, 106], underWay: [6], wrong: [] })
  })
})

describe("a client of the bench that is not taken in", () => {
  type Taken = (then: (socket: WebSocket) => void) => void
  const toldBy = async (upgraded: (socket: Duplex, taken: Taken) => void): Promise<string> => {
    const http = createServer()
    const sockets = new WebSocketServer({ noServer: true })
    http.on("upgrade", (request, socket, head) =>
      upgraded(socket, (then) => sockets.handleUpgrade(request, socket, head, then))
    )
    await once(http.listen(0, "127.0.0.1"), "listening")
    const address = http.address()
    const port = typeof address === "object" && address !== null ? address.port : 0
    const why = await new Promise<string>((ended) => {
      new ClientSocket(port, "127.0.0.1", "/ws", { upgraded: () => undefined, text: () => undefined, ended })
    })
    http.close()
    return why
  }

  it("tells why: by the answer's first line, by the code and its reason, or without a word", async () => {
    const answer = "HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\n\r\n"
    assert.strictEqual(await toldBy((socket) => socket.end(answer)), "HTTP/1.1 503 Service Unavailable")
    assert.strictEqual(await toldBy((socket) => socket.destroy()), "without a word")
    assert.strictEqual(
      await toldBy((_, taken) => taken((socket) => socket.close(4401, "unauthenticated"))),
      "closed: 4401 unauthenticated"
    )
    assert.strictEqual(await toldBy((_, taken) => taken((socket) => socket.close())), "closed")
  })
})

describe("the bench's scene", () => {
  it("has everybody in as many conversations as it says, and a speaker in each", () => {
    const scene = makeScene({ devices: 60, membersEach: 6, conversationsEach: 4, postsBefore: 0, speakers: 5 })
    const counts = new Map<number, number>()
    for (const { members } of scene.conversations) {
      assert.strictEqual(new Set(members).size, 7)
      for (const member of members) counts.set(member, (counts.get(member) ?? 0) + 1)
    }
    assert.strictEqual(scene.conversations.length, 40)
    for (let device = 0; device < 60; device++) assert.strictEqual(counts.get(device), 4)
    for (let speaker = 60; speaker < 65; speaker++) assert.strictEqual(counts.get(speaker), 8)
  })
})
