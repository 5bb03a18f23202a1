/** When a socket counts as dead, and how long it says that it was silent: the first link of "a closed lid is offline for others". */
import { EventEmitter } from "node:events"
import { Duplex } from "node:stream"
import { assert, describe, it } from "@effect/vitest"
import type { DeviceSocket } from "@hibiki/core/devices/DeviceSocket"
import { CloseCodes } from "@hibiki/core/protocol/CloseCode"
import { EncodedFrame } from "@hibiki/core/protocol/EncodedFrame"
import type { WebSocket } from "ws"
import { defaultSocketSettings } from "../../src/gateway/GatewaySockets.ts"
import { pumpSocket } from "../../src/gateway/SocketPump.ts"

/** A peer whose network takes nothing while `stuck`. */
const peerUnderTest = () => {
  const clock = { now: 1_000 }
  const log: Array<string> = []
  const peer = Object.assign(new EventEmitter(), {
    ping: () => log.push(`ping ${clock.now}`),
    pause: () => undefined,
    resume: () => undefined,
    close: (code: number) => log.push(`close ${code}`),
    terminate: () => {
      log.push(`terminate ${clock.now}`)
      peer.emit("close")
    }
  })
  const held: Array<() => void> = []
  const written: Array<Uint8Array> = []
  let stuck = false
  const stream = new Duplex({
    read: () => undefined,
    write: (bytes, _encoding, done) => {
      written.push(bytes)
      if (stuck) held.push(done)
      else done()
    }
  })
  let device: DeviceSocket | undefined
  let silentAtEnd: number | undefined
  let gone = false
  const pump = pumpSocket(
    peer as unknown as WebSocket,
    stream,
    "127.0.0.1",
    { now: () => clock.now, pingEveryMs: 20_000, deadAfterMs: defaultSocketSettings.deadAfterMs },
    (socket) => {
      device = socket
      return {
        isOpen: true,
        text: () => undefined,
        binary: () => undefined,
        drained: () => undefined,
        stalled: () => log.push(`stalled ${clock.now}`),
        closed: () => {
          silentAtEnd = socket.silentMs()
        }
      }
    },
    () => {
      gone = true
    }
  )
  return {
    log,
    peer,
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
    pass: (ms: number) => {
      for (let left = ms; left > 0; left -= 1_000) {
        clock.now += 1_000
        if (!gone) pump.tend(clock.now)
      }
    }
  }
}

describe("a socket", () => {
  it("whose peer is silent is cut so early that others can know within 45 s, and says since when", () => {
    const { log, pass, silentAtEnd } = peerUnderTest()
    pass(39_000)
    assert.deepStrictEqual(log, ["ping 21000"])
    pass(2_000)
    assert.deepStrictEqual(log.slice(1), ["terminate 41000"])
    assert.strictEqual(silentAtEnd(), 40_000)
  })

  it("lives while its peer answers pings or says anything", () => {
    const { log, pass, peer, socket } = peerUnderTest()
    for (let i = 0; i < 10; i++) {
      pass(21_000)
      peer.emit(i % 2 === 0 ? "pong" : "message", Buffer.from("{}"), false)
      assert.strictEqual(socket.silentMs(), 0)
    }
    assert.isFalse(log.some((line) => line.startsWith("terminate")))
  })

  it("that its peer ends was heard to the end", () => {
    const { pass, peer, silentAtEnd } = peerUnderTest()
    pass(19_000)
    peer.emit("close")
    assert.strictEqual(silentAtEnd(), 0)
  })

  it("that is ended here says how long it was silent", () => {
    const { log, pass, peer, silentAtEnd, socket } = peerUnderTest()
    pass(19_000)
    socket.close(CloseCodes.moving)
    peer.emit("close")
    assert.deepStrictEqual([log, silentAtEnd()], [["close 4503"], 19_000])
  })

  it("whose peer takes nothing is not read, and is silent since something last moved", () => {
    const { log, pass, socket, stick } = peerUnderTest()
    pass(5_000)
    stick()
    socket.write([new EncodedFrame("{}")])
    pass(10_000)
    assert.deepStrictEqual(log, ["stalled 16000"])
    pass(30_000)
    assert.strictEqual(socket.silentMs(), 40_000)
  })

  it("whose peer takes nothing counts what short frames cost besides their bytes, and forgets it when they have left", async () => {
    const { socket, stick, unstick, written } = peerUnderTest()
    stick()
    for (let i = 0; i < 1_000; i++) socket.write([new EncodedFrame("{}")])
    assert.isAtLeast(socket.bufferedBytes(), 400_000)
    assert.isAtMost(socket.bufferedBytes(), 700_000)
    unstick()
    await new Promise((resolve) => setImmediate(resolve))
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
    await new Promise((resolve) => setImmediate(resolve))
    assert.lengthOf(written, 20)
    for (const bytes of written) assert.strictEqual(bytes.buffer.byteLength, bytes.length)
  })
})
