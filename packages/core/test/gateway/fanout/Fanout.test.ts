import { assert, describe, it } from "@effect/vitest"
import type { LogEvent } from "../../../src/domain/Event.ts"
import { CommandId, ConversationId, UserId } from "../../../src/domain/Ids.ts"
import { SmallMap } from "../../../src/domain/SmallMap.ts"
import { Fanout } from "../../../src/gateway/fanout/Fanout.ts"
import type { Recipient } from "../../../src/gateway/fanout/Recipient.ts"
import type { EncodedFrame } from "../../../src/protocol/ServerFrame.ts"

const uuidOf = (n: number): string => `00000000-0000-7000-8000-${n.toString(16).padStart(12, "0")}`
const log = ConversationId.make(uuidOf(1))
const user = (n: number) => UserId.make(uuidOf(100 + n))
const post = (seq: number): LogEvent => ({
  seq,
  id: CommandId.make(uuidOf(200 + seq)),
  by: user(0),
  at: seq,
  kind: "posted",
  text: `${seq}`
})

/** A conversation with so many live sockets, each of somebody else, and what each was given. */
const heardBy = (sockets: number, visibleFrom: (n: number) => number = () => 1) => {
  const unexpected = () => assert.fail("nothing is missing here")
  const fanout = new Fanout(
    { personal: unexpected, cells: unexpected, personalJumped: unexpected, gap: unexpected },
    () => 0
  )
  const given = Array.from({ length: sockets }, (_, n) => {
    const frames: Array<EncodedFrame> = []
    const socket: Recipient = {
      userId: user(n),
      ...{ subscriptions: new SmallMap(), closed: false, lagging: false },
      ...{ push: unexpected, send: unexpected, tellCursors: unexpected, pauseLive: unexpected, flush: unexpected },
      offer: (_, __, shared) => void frames.push(...shared())
    }
    const place = fanout.enter({ log, userId: user(n), head: 0, first: 1, kind: "group", visibleFrom: visibleFrom(n) })
    const subscription = fanout.subscribe(socket, place, 0)
    assert.isTrue(subscription !== undefined && fanout.goLive(subscription))
    return frames
  })
  return { fanout, given }
}

describe("the fan-out", () => {
  for (const events of [[post(1)], [post(1), post(2)]]) {
    it(`gives ${events.length} to one socket as a frame of its own, and to several as one that all share`, () => {
      for (const sockets of [1, 2, 20]) {
        const { fanout, given } = heardBy(sockets)
        fanout.receive({ log, head: events.length, events })
        const frames = given.flat()
        assert.strictEqual(frames.length, sockets)
        assert.strictEqual(new Set(frames).size, 1, "encoded once")
        assert.strictEqual(frames[0]?.isShared, sockets > 1)
        assert.deepStrictEqual(JSON.parse(frames[0]?.text ?? ""), { op: "events", conversationId: log, events })
      }
    })
  }

  it("encodes a run of edits once for all who may read the same of it, however many joined one by one", () => {
    const edit = (seq: number, target: number): LogEvent => ({
      ...post(seq),
      kind: "edited",
      target,
      text: `edit of ${target}`
    })
    const { fanout, given } = heardBy(300, (n) => n + 1)
    fanout.receive({ log, head: 3, events: [edit(1, 250), post(2), edit(3, 100)] })
    assert.strictEqual(new Set(given.flat()).size, 3)
    const textsOf = (n: number) =>
      given[n]?.flatMap((frame) => JSON.parse(frame.text).events.map(({ text }: { readonly text: string }) => text))
    assert.deepStrictEqual(
      [0, 99, 100, 249, 250, 299].map((n) => textsOf(n)?.filter((_: string, i: number) => i !== 1)),
      [
        ["edit of 250", "edit of 100"],
        ["edit of 250", "edit of 100"],
        ["edit of 250", ""],
        ["edit of 250", ""],
        ["", ""],
        ["", ""]
      ]
    )
  })
})
