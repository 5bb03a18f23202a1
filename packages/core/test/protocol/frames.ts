/** Random client frames that a gateway must take. */
import { FastCheck } from "effect"
import { CommandId, ConversationId, DeviceId, Epoch, InstanceId, UserId } from "../../src/domain/Ids.ts"
import { isBlank, textProblem } from "../../src/domain/TextRules.ts"
import { uuidV7 } from "../../src/domain/Uuid.ts"
import type { ClientFrame } from "../../src/protocol/ClientFrame.ts"

const id = FastCheck.tuple(FastCheck.nat(2 ** 31), FastCheck.uint8Array({ minLength: 10, maxLength: 10 })).map(
  ([at, random]) => uuidV7(at * 512, random)
)
const commandId = id.map((text) => CommandId.make(text))
const conversationId = id.map((text) => ConversationId.make(text))
const seq = FastCheck.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })
const shown = (max: number) =>
  FastCheck.string({ unit: "binary", minLength: 1, maxLength: max }).filter(
    (text) => textProblem(text, max) === undefined && !isBlank(text)
  )
const pairs = FastCheck.array(FastCheck.tuple(conversationId, seq), { maxLength: 5 })
const post = FastCheck.record(
  { id: commandId, text: shown(40), replyTo: seq },
  { requiredKeys: ["id", "text"], noNullPrototype: true }
)

export const anyClientFrame: FastCheck.Arbitrary<ClientFrame> = FastCheck.oneof(
  FastCheck.tuple(
    FastCheck.nat(),
    FastCheck.stringMatching(/^[A-Za-z0-9_-]{1,200}$/),
    id,
    id,
    FastCheck.option(id),
    pairs,
    FastCheck.boolean()
  ).map(
    ([version, ticket, device, instance, epoch, cursors, last]): ClientFrame => ({
      op: "hello",
      version,
      ticket,
      device: DeviceId.make(device),
      instance: InstanceId.make(instance),
      epoch: epoch === null ? null : Epoch.make(epoch),
      cursors,
      last
    })
  ),
  FastCheck.tuple(pairs, FastCheck.boolean()).map(([all, last]): ClientFrame => ({ op: "cursors", pairs: all, last })),
  FastCheck.tuple(conversationId, FastCheck.array(post, { minLength: 1, maxLength: 5 })).map(
    ([log, posts]): ClientFrame => ({ op: "post", conversationId: log, posts })
  ),
  FastCheck.tuple(commandId, conversationId, seq, shown(40)).map(
    ([key, log, target, text]): ClientFrame => ({ op: "edit", id: key, conversationId: log, target, text })
  ),
  FastCheck.tuple(commandId, conversationId, seq).map(
    ([key, log, target]): ClientFrame => ({ op: "delete", id: key, conversationId: log, target })
  ),
  FastCheck.tuple(commandId, conversationId, seq, shown(16), FastCheck.boolean()).map(
    // What is taken back may be older than the rule that it is an emoji.
    ([key, log, target, text, on]): ClientFrame => ({
      op: "react",
      id: key,
      conversationId: log,
      target,
      emoji: on ? "👩🏽\u200d🚀" : text,
      on
    })
  ),
  FastCheck.tuple(commandId, conversationId).map(
    ([key, log]): ClientFrame => ({ op: "withdraw", id: key, conversationId: log })
  ),
  FastCheck.array(FastCheck.tuple(conversationId, seq), { minLength: 1, maxLength: 5 }).map(
    (cursors): ClientFrame => ({ op: "ack", cursors })
  ),
  FastCheck.tuple(conversationId, seq).map(([log, at]): ClientFrame => ({ op: "read", conversationId: log, seq: at })),
  FastCheck.tuple(conversationId, seq, seq).map(
    ([log, a, b]): ClientFrame => ({ op: "range", conversationId: log, from: Math.min(a, b), to: Math.max(a, b) })
  ),
  conversationId.map((log): ClientFrame => ({ op: "typing", conversationId: log })),
  FastCheck.array(id, { maxLength: 5 }).map(
    (users): ClientFrame => ({ op: "watch", userIds: users.map((user) => UserId.make(user)) })
  ),
  FastCheck.constantFrom<ClientFrame>(
    { op: "ping" },
    { op: "bye" },
    { op: "presence", state: "active" },
    { op: "presence", state: "idle" }
  )
)
