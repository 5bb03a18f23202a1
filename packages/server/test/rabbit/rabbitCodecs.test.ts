/** What travels through the broker: as it was written, and nothing that a worker or gateway could trip over. */
import { assert, describe, it } from "@effect/vitest"
import type { Command } from "@hibiki/core/commands/Command"
import type { LogChange } from "@hibiki/core/commands/Decision"
import { CommandId, ConversationId, DeviceId, Epoch, NodeId, UserId } from "@hibiki/core/domain/Ids"
import type { Envelope, Submission } from "@hibiki/core/ports/Submission"
import { anyBody, kindNames } from "@hibiki/testing/anyBody"
import { FastCheck } from "effect"
import { decodeEnvelope, EnvelopeEncoder } from "../../src/rabbit/envelopeCodec.ts"
import { decodeSubmissions, encodeLetter, encodeSubmissions } from "../../src/rabbit/submissionCodec.ts"
import { makeCommands, seededRandom } from "../sql/randomCommands.ts"

const uuid = "0191e2a0-0000-7000-8000-000000000001"
const log = ConversationId.make(uuid)
const post = { log, id: uuid, by: uuid, device: null, epoch: uuid, body: { kind: "post", text: "お茶" } }
const submission = { v: 1, to: uuid, key: "k", log, commands: [post] }
const decode = (value: unknown) =>
  decodeSubmissions(Buffer.from(typeof value === "string" ? value : JSON.stringify(value)))
const withBody = (body: unknown) => [{ ...submission, commands: [{ ...post, body }] }]

describe("a batch of submissions", () => {
  it("is read as it was written, whatever the commands are", () => {
    const { uuid: random } = seededRandom(7)
    const users = Array.from({ length: 4 }, () => UserId.make(random()))
    const { batch: some, beginning } = makeCommands(7, users, Epoch.make(uuid))
    const base = {
      log,
      id: CommandId.make(uuid),
      by: UserId.make(uuid),
      device: DeviceId.make(uuid),
      epoch: Epoch.make(uuid)
    }
    const parts = { userId: UserId.make(uuid), conversationId: log }
    const others = kindNames.flatMap((kind): ReadonlyArray<Command> => {
      const least = anyBody(kind, { ...parts, seq: 0, on: false })
      const most = anyBody(kind, { ...parts, seq: Number.MAX_SAFE_INTEGER, replyTo: 1, asOf: Number.MAX_SAFE_INTEGER })
      return [least, most].map((body) => ({ ...base, body }))
    })
    const commands = [...others, ...beginning(), ...Array.from({ length: 100 }, some).flat()]
    const batch: ReadonlyArray<Submission> = commands.map((command) => ({
      v: 1,
      to: NodeId.make(uuid),
      key: 'k "',
      log: command.log,
      commands: [command, command]
    }))
    assert.deepStrictEqual(decodeSubmissions(encodeSubmissions(batch)), { submissions: batch, unread: [] })
    assert.deepStrictEqual(decodeSubmissions(encodeSubmissions([])), { submissions: [], unread: [] })
  })

  it("may have fields of another version", () => {
    const batch = [
      { ...submission, further: [1], commands: [{ ...post, body: { ...post.body, colour: { deep: true } } }] }
    ]
    assert.deepStrictEqual(decode(batch), { submissions: batch, unread: [] } as unknown)
  })

  it("is read but for those of another version, which say all the same who asked for what", () => {
    const newerPost = { ...post, body: { kind: "newer", target: 1 } }
    const newer = { ...submission, commands: [post, newerPost] }
    const asked = {
      to: uuid,
      key: "k",
      log,
      commands: [
        { log, id: uuid, kind: "post" },
        { log, id: uuid, kind: "newer" }
      ]
    }
    assert.deepStrictEqual(decode([submission, newer, submission]), {
      submissions: [submission, submission],
      unread: [{ content: newer, asked }]
    } as unknown)
    const nobodys = { ...newer, to: "x" }
    assert.deepStrictEqual(decode([nobodys, submission]), {
      submissions: [submission],
      unread: [{ content: nobodys, asked: undefined }]
    } as unknown)
    const kindOf = (body: unknown) => decode(withBody(body))?.unread[0]?.asked?.commands[0]?.kind
    assert.deepStrictEqual([undefined, {}, { kind: 1 }, { kind: "a\tb" }, { kind: "constructor" }].map(kindOf), [
      "?",
      "?",
      "?",
      "?",
      "constructor"
    ])
    assert.deepStrictEqual(decode(encodeLetter(newer).toString())?.unread, [{ content: newer, asked }] as unknown)
  })

  it("is refused when it is none", () => {
    const wrong = ["", "{", "null", '"x"', submission, `${"[".repeat(100_000)}${"]".repeat(100_000)}`]
    for (const value of wrong) assert.strictEqual(decode(value), undefined, JSON.stringify(value).slice(0, 200))
  })

  it("holds nothing that a worker could trip over", () => {
    const wrong: ReadonlyArray<ReadonlyArray<unknown>> = [
      [null],
      [[]],
      [{ ...submission, v: 2 }],
      [{ ...submission, to: "x" }],
      [{ ...submission, key: 1 }],
      [{ ...submission, log: null }],
      [{ ...submission, commands: {} }],
      [{ ...submission, commands: [null] }],
      [{ ...submission, commands: [{ ...post, log: uuid.replace("1", "2") }] }],
      [{ ...submission, commands: [{ ...post, id: { $ne: null } }] }],
      [{ ...submission, commands: [{ ...post, by: undefined }] }],
      [{ ...submission, commands: [{ ...post, device: "d" }] }],
      [{ ...submission, commands: [{ ...post, epoch: 1 }] }],
      withBody(null),
      withBody([]),
      withBody({}),
      withBody({ kind: "constructor" }),
      withBody({ kind: "__proto__" }),
      withBody({ kind: "post", text: null }),
      withBody({ kind: "post", text: "x", replyTo: -1 }),
      withBody({ kind: "edit", target: 1.5, text: "x" }),
      withBody({ kind: "create", conversationKind: "direct", title: "x", history: "all", members: [] }),
      withBody({ kind: "add", userIds: [uuid, 1] }),
      withBody({ kind: "setRole", userId: uuid, role: "god" }),
      withBody({ kind: "read", conversationId: uuid, upTo: 1e300 })
    ]
    for (const value of wrong) {
      const batch = decode(value)
      // As it came, but for what JSON itself leaves out.
      const [{ content } = { content: undefined }] = batch?.unread ?? []
      assert.deepStrictEqual(
        [batch?.submissions, content],
        [[], JSON.parse(JSON.stringify(value[0]))],
        JSON.stringify(value)
      )
    }
  })
})

const change = (text: string): LogChange => ({
  log,
  head: 1,
  events: [{ seq: 1, id: CommandId.make(uuid), by: UserId.make(uuid), at: 5, kind: "posted", text }]
})
const envelope = (number: number, changes: ReadonlyArray<LogChange>): Envelope => ({
  v: 1,
  worker: "w",
  number,
  after: number - 1,
  headsRaised: true,
  epoch: Epoch.make(uuid),
  changes,
  answers: [{ key: "k", log, result: { _tag: "Busy", code: "unknown", retryAfterMs: 1, ids: [] } }]
})

describe("an envelope", () => {
  it("is read as it was written, whichever changes it shares with others", () => {
    FastCheck.assert(
      FastCheck.property(
        FastCheck.array(FastCheck.string()),
        FastCheck.array(FastCheck.array(FastCheck.nat(5))),
        (texts, shares) => {
          const changes = texts.map(change)
          const encoder = new EnvelopeEncoder()
          for (const [number, picks] of shares.entries()) {
            const sent = envelope(
              number + 1,
              picks.flatMap((pick) => changes[pick] ?? [])
            )
            assert.deepStrictEqual(decodeEnvelope(encoder.encode(sent)), sent)
          }
        }
      )
    )
  })

  it("is written once for all the nodes that it goes to, and so are the changes that several envelopes share", () => {
    const encoder = new EnvelopeEncoder()
    let writes = 0
    const counted: LogChange = Object.assign(change("x"), { toJSON: () => ({ n: ++writes }) })
    const one = envelope(1, [counted])
    assert.strictEqual(encoder.encode(one), encoder.encode(one))
    encoder.encode(envelope(2, [counted, counted]))
    assert.strictEqual(writes, 1)
  })

  it("is refused when it is anything else", () => {
    const one = { ...envelope(1, [change("x")]) }
    const read = (value: unknown) => decodeEnvelope(Buffer.from(JSON.stringify(value)))
    assert.deepStrictEqual(read({ ...one, further: 1 }), { ...one, further: 1 } as unknown)
    const wrong = [
      null,
      [],
      { ...one, v: 2 },
      { ...one, worker: 1 },
      { ...one, number: -1 },
      { ...one, after: "0" },
      { ...one, headsRaised: 1 },
      { ...one, epoch: null },
      { ...one, changes: {} },
      { ...one, changes: [{ log: uuid, head: 1, events: [{}] }] },
      { ...one, changes: [null] },
      { ...one, answers: [{ key: "k", log: uuid, result: { _tag: "Decided" } }] },
      { ...one, answers: [{ key: "k", log: uuid }] }
    ]
    for (const value of wrong) assert.strictEqual(read(value), undefined, JSON.stringify(value))
    assert.strictEqual(decodeEnvelope(Buffer.from("{")), undefined)
  })
})
