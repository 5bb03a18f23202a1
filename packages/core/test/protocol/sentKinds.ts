/** The kinds of commands that go by the socket: which frame asks for one, and what it holds. */

import { anyBody } from "@hibiki/testing/anyBody"
import { SchemaAST } from "effect"
import { type CommandBody, type CommandKindName, kindOf } from "../../src/commands/Command.ts"
import { CommandId, ConversationId, UserId } from "../../src/domain/Ids.ts"
import {
  type ClientFrame,
  type CommandFrame,
  commandOps,
  commandsIn,
  isCommandFrame
} from "../../src/protocol/ClientFrame.ts"

export const conversationId = ConversationId.make("0190b0c0-1111-7abc-8def-000000000001")
export const id = CommandId.make("0190b0c0-2222-7abc-8def-0000000000a1")
export const userId = UserId.make("0190b0c0-7777-7abc-8def-000000000007")

export type Fields = Readonly<Record<string, unknown>>

export interface SentKind {
  readonly kind: CommandKindName
  readonly op: string
  /** Fields of its body, but for those that the server adds. */
  readonly fields: ReadonlyArray<SchemaAST.PropertySignature>
  /** Right ones. */
  readonly right: Fields
  readonly frameOf: (fields: Fields) => Fields
  readonly bodyIn: (frame: ClientFrame) => unknown
}

const commandIn = (frame: ClientFrame): CommandBody | undefined =>
  isCommandFrame(frame) ? commandsIn(frame)[0]?.body : undefined

const sentKind = (
  kind: CommandKindName,
  op: string,
  frameOf: SentKind["frameOf"],
  bodyIn: SentKind["bodyIn"] = commandIn,
  added: ReadonlyArray<string> = []
): SentKind => {
  const body = anyBody(kind, { seq: 7, userId, conversationId, replyTo: 3 })
  const { kind: _, ...right } = body
  const fields = SchemaAST.getPropertySignatures(kindOf(body).body.ast).filter(
    ({ name }) => name !== "kind" && !added.includes(String(name))
  )
  return { kind, op, fields, right, frameOf, bodyIn }
}

/** A frame whose `on` says which of two kinds it is asks for both, one at a time. */
const singleKinds = [...commandOps]
  .filter((op) => op !== "post")
  .flatMap((op) => {
    const sent = [{ on: true }, { on: false }].map((on) => {
      const frameOf = (given: Fields) => ({ op, id, conversationId, ...given, ...on })
      // Its body's fields are of no concern here.
      const kinds = commandsIn(frameOf({}) as unknown as CommandFrame).map(({ body }) => body.kind)
      return { kind: kinds[0] ?? op, frameOf }
    })
    if (new Set(sent.map(({ kind }) => kind)).size > 1)
      return sent.map(({ frameOf, kind }) => sentKind(kind, op, frameOf))
    return [sentKind(op, op, (given) => ({ op, id, conversationId, ...given }))]
  })

export const sentKinds: ReadonlyArray<SentKind> = [
  sentKind("post", "post", (fields) => ({ op: "post", conversationId, posts: [{ id, ...fields }] })),
  ...singleKinds,
  sentKind(
    "read",
    "read",
    ({ conversationId: of, upTo, ...fields }) => ({ op: "read", conversationId: of, seq: upTo, ...fields }),
    (frame) =>
      frame.op === "read" ? { kind: "read", conversationId: frame.conversationId, upTo: frame.seq } : undefined,
    ["asOf"]
  )
]
