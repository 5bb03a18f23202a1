/**
 * When a socket counts as dead, how long it says that it was silent, and how it ends: the first link of "a closed lid
 * is offline for others".
 */
import { Duplex } from "node:stream"
import { assert, describe, it } from "@effect/vitest"
import type { DeviceSocket } from "@hibiki/core/gateway/device/DeviceSession"
import { CloseCodes } from "@hibiki/core/protocol/CloseCode"
import { EncodedFrame } from "@hibiki/core/protocol/ServerFrame"
import { defaultSocketSettings } from "../../src/gateway/GatewaySockets.ts"
import { SocketPump } from "../../src/gateway/SocketPump.ts"
import { type Framing, framed } from "../conformance/raw/framed.ts"

/** For what streams put off. */
const turn = () => new Promise((resolve) => setImmediate(resolve))

/** As the log has it: each of our frames by its name, controls with what is in them. */
const nameOf = (bytes: Uint8Array): string => {
  const [first = 0] = bytes
  const payload = Buffer.from(bytes.subarray(2))
  if (first === 0x88)
    return payload.length === 0 ? "close" : `close ${payload.readUInt16BE(0)} ${payload.toString("utf8", 2)}`.trim()
  return first === 0x89 ? "ping" : first === 0x8a ? `pong ${payload}` : `text ${payload}`
}

/** A peer whose network takes nothing while `stuck`. */
const peerUnderTest = (isOpen = true) => {
  const clock = { now: 1_000 }
  const log: Array<string> = []
  const held: Array<() => void> = []
  const written: Array<Uint8Array> = []
  let stuck = false
  const stream = new Duplex({
    read: () => undefined,
    write: (bytes: Buffer, _encoding, done) => {
      const name = nameOf(bytes)
      if (name.startsWith("text")) written.push(bytes)
      else log.push(name === "ping" ? `ping ${clock.now}` : name)
      if (stuck) held.push(done)
      else done()
    },
    final: (done) => {
      log.push("end")
      done()
    },
    destroy: (error, done) => {
      log.push(`destroyed ${clock.now}`)
      done(error)
    }
  })
  let device: DeviceSocket | undefined
  let silentAtEnd: number | undefined
  let gone = false
  const pump = new SocketPump(stream, "127.0.0.1", "", {
    now: () => clock.now,
    pingEveryMs: 20_000,
    frames: { ratePerSecond: 100, burst: 400 },
    deadAfterMs: defaultSocketSettings.deadAfterMs,
    connect: (socket) => {
      device = socket
      return {
        isOpen,
        late: () => undefined,
        text: (message) => log.push(`heard ${message}`),
        binary: () => log.push("heard bytes"),
        drained: () => undefined,
        stalled: () => log.push(`stalled ${clock.now}`),
        closed: () => {
          silentAtEnd = socket.silentMs()
        }
      }
    },
    onGone: () => {
      gone = true
    }
  })
  return {
    log,
    /** What the peer sends arrives. */
    sends: (payload: string | Uint8Array, framing?: Framing) => pump.take(Buffer.from(framed(payload, framing))),
    /** The connection is gone. */
    ends: async () => {
      stream.destroy()
      await turn()
    },
    halfCloses: async () => {
      stream.push(null)
      await turn()
    },
    socket: device ?? assert.fail("connected"),
    silentAtEnd: () => silentAtEnd,
    written,
    stick: () => {
      stuck = true
    },
    unstick: () => {
      stuck = false
      for (const done of held.splice(0)) done()
    },
    /** As the gateway's loop does, each second. */
    pass: async (ms: number) => {
      for (let left = ms; left > 0; left -= 1_000) {
        clock.now += 1_000
        if (!gone) pump.tend(clock.now)
        await turn()
      }
    }
  }
}

describe("a socket that is still on its way in", () => {
  const told = (end: (peer: ReturnType<typeof peerUnderTest>) => unknown) => {
    const peer = peerUnderTest(false)
    end(peer)
    return peer.silentAtEnd()
  }

  it("is over for the gateway when either side says goodbye, and not only when the connection is gone", async () => {
    assert.strictEqual(
      told(({ socket }) => socket.close(CloseCodes.helloTimeout)),
      0
    )
    assert.strictEqual(
      told(({ sends }) => sends(new Uint8Array(), { opcode: 8 })),
      0
    )
    const half = peerUnderTest(false)
    await half.halfCloses()
    assert.strictEqual(half.silentAtEnd(), 0)
  })
})

describe("a socket", () => {
  it("whose peer is silent is cut so early that others can know within 45 s, and says since when", async () => {
    const { log, pass, silentAtEnd } = peerUnderTest()
    await pass(39_000)
    assert.deepStrictEqual(log, ["ping 21000"])
    await pass(2_000)
    assert.deepStrictEqual(log.slice(1), ["destroyed 41000"])
    assert.strictEqual(silentAtEnd(), 40_000)
  })

  it("lives while its peer answers pings, asks by them, or says anything", async () => {
    const { log, pass, sends, socket } = peerUnderTest()
    for (let i = 0; i < 9; i++) {
      await pass(21_000)
      sends("{}", { opcode: [1, 9, 10][i % 3] ?? 1 })
      assert.strictEqual(socket.silentMs(), 0)
    }
    assert.isFalse(log.some((line) => line.startsWith("destroyed")))
  })

  it("that its peer ends was heard to the end", async () => {
    for (const how of ["ends", "halfCloses"] as const) {
      const peer = peerUnderTest()
      await peer.pass(19_000)
      await peer[how]()
      await peer.ends()
      assert.strictEqual(peer.silentAtEnd(), 0)
    }
  })

  it("that is ended here says how long it was silent", async () => {
    const { ends, log, pass, silentAtEnd, socket } = peerUnderTest()
    await pass(19_000)
    socket.close(CloseCodes.moving)
    await ends()
    assert.deepStrictEqual([log, silentAtEnd()], [["close 4503 moving", "destroyed 20000"], 19_000])
  })

  it("that is ended here hears nothing more but its peer's goodbye, and says nothing more", async () => {
    const { log, sends, socket, written } = peerUnderTest()
    socket.close(CloseCodes.moving)
    socket.close(CloseCodes.revoked)
    socket.write([new EncodedFrame("{}")])
    sends("{}")
    sends("?", { opcode: 9 })
    sends(Uint8Array.of(0x0f, 0xa0), { opcode: 8 })
    sends("{}")
    await turn()
    assert.deepStrictEqual([log, written], [["close 4503 moving", "end"], []])
  })

  it("whose peer says goodbye answers with the same number, and ends", async () => {
    for (const [payload, answer] of [
      [Uint8Array.of(0x0f, 0xa0), "close 4000"],
      [new Uint8Array(), "close"]
    ] as const) {
      const { log, sends } = peerUnderTest()
      sends(payload, { opcode: 8 })
      sends("{}")
      await turn()
      assert.deepStrictEqual(log, [answer, "end"])
    }
  })

  it("whose peer half closes ends, too", async () => {
    const { halfCloses, log, socket, written } = peerUnderTest()
    await halfCloses()
    socket.write([new EncodedFrame("{}")])
    await turn()
    assert.deepStrictEqual([log.slice(0, 1), written], [["end"], []])
  })

  it("whose peer breaks the framing is told so, and nothing after it is read", async () => {
    const { log, sends } = peerUnderTest()
    sends("{}", { masked: false })
    sends("{}")
    await turn()
    assert.deepStrictEqual(log, ["close 1002", "end"])
  })

  it("answers pings with what was in them, and lets go of a peer that asks on and reads no answer", async () => {
    const { log, pass, sends, stick } = peerUnderTest()
    sends("who is there?", { opcode: 9 })
    assert.deepStrictEqual(log.splice(0), ["pong who is there?"])
    stick()
    for (let second = 0; second < 30; second++) {
      for (let i = 0; i < 100; i++) sends("who is there?", { opcode: 9 })
      await pass(1_000)
    }
    assert.isTrue(log.some((line) => line.startsWith("destroyed")))
  })

  it("is ended when more frames come than it may send, of whatever kind, and not before", async () => {
    for (const [frame, framing] of [
      ["?", { opcode: 9 }],
      ["!", { opcode: 10 }],
      ["{}", {}]
    ] as const) {
      const { log, sends } = peerUnderTest()
      for (let i = 0; i < 400; i++) sends(frame, framing)
      assert.isFalse(log.includes("close 4429 rate_limited"))
      for (let i = 0; i < 600; i++) sends(frame, framing)
      assert.strictEqual(log.at(-1), "close 4429 rate_limited")
    }
  })

  it("is not ended by frames that come no faster than they may, nor are parts of messages free", async () => {
    const { log, pass, sends } = peerUnderTest()
    for (let second = 0; second < 30; second++) {
      for (let i = 0; i < 100; i++) sends("!", { opcode: 10 })
      await pass(1_000)
    }
    assert.isFalse(log.some((line) => line.startsWith("close")))
    for (let i = 0; i < 10; i++) {
      for (let part = 0; part < 50; part++) sends("a", { opcode: part === 0 ? 1 : 0, fin: part === 49 })
    }
    assert.strictEqual(log.at(-1), "close 4429 rate_limited")
  })

  it("whose peer takes nothing is not read, and is silent since something last moved", async () => {
    const { log, pass, socket, stick } = peerUnderTest()
    await pass(5_000)
    stick()
    socket.write([new EncodedFrame("{}")])
    await pass(10_000)
    assert.deepStrictEqual(log, ["stalled 16000"])
    await pass(30_000)
    assert.strictEqual(socket.silentMs(), 40_000)
  })

  it("whose peer takes nothing counts what short frames cost besides their bytes, and forgets it when they have left", async () => {
    const { socket, stick, unstick, written } = peerUnderTest()
    stick()
    for (let i = 0; i < 1_000; i++) socket.write([new EncodedFrame("{}")])
    assert.isAtLeast(socket.bufferedBytes(), 400_000)
    assert.isAtMost(socket.bufferedBytes(), 700_000)
    unstick()
    await turn()
    assert.lengthOf(written, 1_000)
    assert.strictEqual(socket.bufferedBytes(), 0)
  })

  it("whose peer takes nothing keeps no more memory alive than its frames take", async () => {
    const { socket, stick, unstick, written } = peerUnderTest()
    stick()
    for (let i = 0; i < 10; i++) {
      socket.write([new EncodedFrame("{}")])
      socket.write([new EncodedFrame("{}"), new EncodedFrame("{}")])
    }
    unstick()
    await turn()
    assert.lengthOf(written, 20)
    for (const bytes of written) assert.strictEqual(bytes.buffer.byteLength, bytes.length)
  })
})
