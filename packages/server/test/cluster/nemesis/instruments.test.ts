/**
 * That the nemesis sees what it looks for: its links break what they say, and its judge names what is wrong with a
 * time.
 */
import { connect, createServer, type Server, type Socket } from "node:net"
import type { CommandId, ConversationId, DeviceId } from "@hibiki/core/domain/Ids"
import type { HistoryEntry } from "@hibiki/testing/checker/History"
import { afterEach, assert, describe, it } from "vitest"
import type { Asked, Bite } from "./Fault.ts"
import { judgeStrikes, marksOf } from "./judge/Strike.ts"
import { Link } from "./network/Link.ts"

const closing: Array<() => unknown> = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** Says back what it hears. */
const echo = (): Promise<number> =>
  new Promise((resolve) => {
    const server: Server = createServer((socket) => {
      socket.on("error", () => undefined)
      socket.pipe(socket)
    })
    closing.push(() => server.close())
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      resolve(typeof address === "object" && address !== null ? address.port : 0)
    })
  })

const linkTo = async (...ports: ReadonlyArray<number>): Promise<Link> => {
  const link = await Link.open("test", () => ports)
  closing.push(() => link.close())
  return link
}

interface Heard {
  readonly socket: Socket
  readonly text: () => string
  /** The error's code, or "closed". */
  readonly ended: Promise<string>
}

const dial = ({ port }: Link): Promise<Heard> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1")
    let text = ""
    let code = "closed"
    socket.on("data", (chunk) => {
      text += String(chunk)
    })
    socket.on("error", (error) => {
      code = "code" in error ? String(error.code) : error.message
    })
    const ended = new Promise<string>((over) => socket.on("close", () => over(code)))
    closing.push(() => socket.destroy())
    const heard = { socket, text: () => text, ended }
    // One that is reset at once may never be told that it was open.
    for (const event of ["connect", "close"]) socket.on(event, () => resolve(heard))
  })

const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5))
}

describe("a link", () => {
  it("lets everything pass, to the first that accepts, and hands on the end", async () => {
    const link = await linkTo(1, await echo())
    const { ended, socket, text } = await dial(link)
    socket.write("a")
    socket.write("b")
    await until(() => text() === "ab")
    socket.end()
    assert.strictEqual(await ended, "closed")
    assert.strictEqual(link.counts.opened, 1)
  })

  it("resets what is open and what comes while it is cut", async () => {
    const link = await linkTo(await echo())
    const open = await dial(link)
    open.socket.write("a")
    await until(() => open.text() === "a")
    link.cut()
    assert.strictEqual(await open.ended, "ECONNRESET")
    assert.strictEqual(await (await dial(link)).ended, "ECONNRESET")
    assert.strictEqual(link.counts.reset, 2)
    link.mend()
    const next = await dial(link)
    next.socket.write("b")
    await until(() => next.text() === "b")
  })

  it("brings everything later, in its order", async () => {
    const link = await linkTo(await echo())
    const { socket, text } = await dial(link)
    link.delay(60)
    const since = performance.now()
    socket.write("a")
    await until(() => link.counts.delayedChunks === 1)
    link.delay(0)
    socket.write("b")
    await until(() => text() === "ab")
    assert.isAtLeast(performance.now() - since, 59)
  })

  it("swallows what passes and tells nobody, and what was swallowed stays dead", async () => {
    const link = await linkTo(await echo())
    const { socket, text } = await dial(link)
    socket.write("a")
    await until(() => text() === "a")
    link.swallow()
    socket.write("lost")
    const other = await dial(link)
    other.socket.write("lost")
    await until(() => link.counts.swallowedBytes === 8)
    link.mend()
    socket.write("more")
    await until(() => link.counts.swallowedBytes === 12)
    assert.strictEqual(text(), "a")
    assert.isFalse(socket.destroyed)
    const next = await dial(link)
    next.socket.write("b")
    await until(() => next.text() === "b")
  })

  it("swallows one direction and lets the other pass", async () => {
    const link = await linkTo(await echo())
    const { socket, text } = await dial(link)
    socket.write("a")
    await until(() => text() === "a")
    link.swallow(["fromService"])
    socket.write("bc")
    await until(() => link.counts.swallowedBytes === 2)
    link.swallow(["toService"])
    socket.write("def")
    await until(() => link.counts.swallowedBytes === 5)
    assert.strictEqual(text(), "a")
  })
})

const device = "device" as DeviceId
const busiest = "busiest" as ConversationId
const quiet = "quiet" as ConversationId

type Untimed<A> = A extends HistoryEntry ? Omit<A, "at"> : never
const at = (time: number, entry: Untimed<HistoryEntry>): HistoryEntry => ({ ...entry, at: time }) as HistoryEntry
let ids = 0

/** A post at a time, answered after so long. */
const post = (time: number, tookMs: number, conversationId = quiet): ReadonlyArray<HistoryEntry> => {
  const id = `${++ids}` as CommandId
  return [
    at(time, { _tag: "submitted", device, conversationId, id, body: { kind: "post", text: "t" } }),
    at(time + tookMs, {
      _tag: "received",
      device,
      socket: 1,
      frame: { op: "accepted", id, conversationId, seq: ids, at: 0 }
    })
  ]
}

const marks = marksOf("fault", 1)
const note = (time: number, text: string): HistoryEntry => at(time, { _tag: "fault", text })

/** Calm until 20 s, struck from there to 30 s. */
const judge = (
  asked: Asked,
  entries: ReadonlyArray<HistoryEntry>,
  bite: Bite = { shown: { bites: 1 } }
): ReadonlyArray<string> => {
  const calm = Array.from({ length: 100 }, (_, i) => post(5_000 + 100 * i, 400)).flat()
  const all = [...calm, note(20_000, marks.begins), note(30_000, marks.over), ...entries].sort((a, b) => a.at - b.at)
  const [judged] = judgeStrikes([{ fault: "fault", n: 1, asked, bite }], {
    entries: all,
    logs: [],
    views: [],
    gone: new Set()
  })
  return judged?.misses ?? []
}

const live = (time: number, socket: number) => at(time, { _tag: "received", device, socket, frame: { op: "live" } })
const closed = (time: number, socket: number) => at(time, { _tag: "closed", device, socket, code: 1006 })

describe("the judge of a strike", () => {
  it("finds nothing where nothing is wrong", () => {
    assert.deepStrictEqual(judge({ goesOn: true, socketsStay: true }, post(25_000, 700)), [])
  })

  it("takes a strike that no counter shows for no proof", () => {
    assert.match(judge({}, [], { shown: { bites: 0 } })[0] ?? "", /bites/)
    assert.match(judge({ resumedMs: 5_000 }, [live(1_000, 1)])[0] ?? "", /no socket ended/)
    assert.match(judge({ goesOn: true }, [])[0] ?? "", /nothing was sent/)
  })

  it("names sends that wait for longer than before, but for those of devices without a socket", () => {
    assert.match(judge({ goesOn: true }, post(25_000, 900))[0] ?? "", /of 100 sends/)
    const away = [live(1_000, 1), closed(25_000, 1), live(26_000, 2)]
    assert.deepStrictEqual(judge({ goesOn: true }, [...away, ...post(25_100, 950), ...post(28_000, 100)]), [])
  })

  it("lets one conversation wait where that is the fault, which its busy answers must show", () => {
    const busy = at(26_000, {
      _tag: "received",
      device,
      socket: 1,
      frame: { op: "busy", conversationId: busiest, code: "busy", retryAfterMs: 1 }
    })
    const held = [...post(21_000, 20_000, busiest), ...post(22_000, 100)]
    const bite: Bite = { shown: {}, heldBack: [busiest] }
    assert.deepStrictEqual(judge({ goesOn: true }, [...held, busy], bite), [])
    assert.match(judge({ goesOn: true }, held, bite)[0] ?? "", /busy answers/)
    assert.match(judge({ goesOn: true }, [...held, busy, ...post(22_500, 2_000)], bite)[0] ?? "", /of 100 sends/)
  })

  it("names sockets that come back late or never, and those that should have stayed", () => {
    assert.deepStrictEqual(judge({ resumedMs: 5_000 }, [live(1_000, 1), closed(25_000, 1), live(29_900, 2)]), [])
    assert.match(judge({ resumedMs: 5_000 }, [live(1_000, 1), closed(25_000, 1), live(30_100, 2)])[0] ?? "", /5100 ms/)
    assert.match(judge({ resumedMs: 5_000 }, [live(1_000, 1), closed(25_000, 1)])[0] ?? "", /never/)
    assert.match(
      judge({ socketsStay: true }, [live(1_000, 1), closed(25_000, 1), live(25_100, 2)])[0] ?? "",
      /1 sockets ended/
    )
  })

  it("counts the first accepted send from when what was broken is back", () => {
    const back = note(27_000, marks.back)
    assert.deepStrictEqual(judge({ firstAcceptedMs: 3_000 }, [back, ...post(26_000, 3_900)]), [])
    assert.match(judge({ firstAcceptedMs: 3_000 }, [back, ...post(26_000, 4_100)])[0] ?? "", /3100 ms/)
  })

  it("names a send that was never answered, and presence that came late", () => {
    const open = post(25_000, 100).slice(0, 1)
    assert.match(judge({}, open)[0] ?? "", /never/)
    assert.deepStrictEqual(judge({}, post(20_000, 19_000)), [])
    assert.match(judge({}, post(20_000, 31_000))[0] ?? "", /31000 ms/)
    assert.match(judge({ settledMs: 5_000 }, post(20_000, 6_000))[0] ?? "", /6000 ms/)
    assert.match(judge({ presenceMs: 15_000 }, [], { shown: { bites: 1 }, presenceMs: 15_100 })[0] ?? "", /presence/)
  })
})
