/** Serves the calls about conversations: reads from the store, and changes by the worker of the changed log. */
import { AccountPolicy } from "@hibiki/core/accounts/AccountPolicy"
import { makeSpend } from "@hibiki/core/accounts/makeSpend"
import type { AnyCommandKind, CommandBody } from "@hibiki/core/commands/Command"
import { changeCost } from "@hibiki/core/conversations/changeCost"
import { CommandId, ConversationId, personalLog } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import { directConversationId, makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { CommandClient } from "@hibiki/core/ingress/CommandClient"
import { Conversations } from "@hibiki/core/ports/Conversations"
import { RateLimits } from "@hibiki/core/ports/RateLimits"
import { CurrentIdentity } from "@hibiki/core/protocol/rpc/AuthMiddleware"
import { ConversationRpcs, ofCommandCalls } from "@hibiki/core/protocol/rpc/ConversationRpcs"
import { Refused } from "@hibiki/core/protocol/rpc/RpcErrors"
import { Effect, Layer } from "effect"
import { ChargedReads } from "./ChargedReads.ts"
import { makeHistoryHandlers } from "./HistoryHandlers.ts"
import { Reads } from "./reads.ts"

/** The whole list costs as much as this many reads of one line. */
const snapshotCost = 10

export const ConversationHandlers = ConversationRpcs.toLayer(
  Effect.gen(function* () {
    const conversations = yield* Conversations
    const policy = yield* AccountPolicy
    const history = yield* makeHistoryHandlers
    const read = yield* Reads
    const { change, changed, changedOwn } = yield* makeChanges

    /**
     * A call whose payload is its kind's body, beside the id and the conversation. Its success Schema drops a `seq` of
     * the personal log.
     */
    const byKind =
      ({ kind, log: of }: AnyCommandKind) =>
      ({ id, ...fields }: { readonly id: CommandId; readonly conversationId: ConversationId }) => {
        const { conversationId, ...inLog } = fields
        // The payload was decoded by the fields of this kind's body.
        if (of === "personal") return changedOwn(id, { ...fields, kind } as CommandBody)
        return changed(conversationId, id, { ...inLog, kind } as CommandBody)
      }

    return ConversationRpcs.of({
      ...history,
      ...ofCommandCalls(byKind),
      "me.snapshot": () => read(conversations.snapshot, { cost: snapshotCost }),
      "conversation.get": ({ conversationId }) => read((userId) => conversations.summary(userId, conversationId)),
      "conversation.members": ({ afterHandle, conversationId, limit }) =>
        read((userId) => conversations.members(userId, conversationId, afterHandle ?? "", limit ?? Limits.pageDefault)),
      "conversation.bans": ({ afterHandle, conversationId, limit }) =>
        Effect.flatMap(
          read((userId) => conversations.bans(userId, conversationId, afterHandle ?? "", limit ?? Limits.pageDefault)),
          (bans) => (bans === "forbidden" ? new Refused({ code: "forbidden" }) : Effect.succeed(bans))
        ),
      "conversation.channels": ({ limit, prefix }) =>
        read((userId) => conversations.channels(userId, prefix, limit ?? Limits.pageDefault), {
          limit: policy.limits.findUser
        }),
      // The pair is the idempotency key, so the command's own id is only a name and is made here.
      "conversation.openDirect": ({ userId: peer }) =>
        Effect.gen(function* () {
          const { userId } = yield* CurrentIdentity
          const conversationId = directConversationId(userId, peer)
          yield* change(conversationId, CommandId.make(yield* makeUuidV7), { kind: "openDirect", peer })
          return { conversationId }
        }),
      "conversation.create": ({ history: rule, id, kind, members, title }) => {
        const conversationId = ConversationId.make(id)
        const body: CommandBody = {
          kind: "create",
          conversationKind: kind,
          title,
          history: rule ?? "all",
          members: [...new Set(members)]
        }
        return Effect.map(change(conversationId, id, body), ({ seq }) => ({ conversationId, seq }))
      },
      // A user who is named twice costs once.
      "conversation.add": ({ conversationId, id, userIds }) =>
        changed(conversationId, id, { kind: "add", userIds: [...new Set(userIds)] }),
      "conversation.markUnread": ({ conversationId, id, seq }) =>
        changedOwn(id, { kind: "markUnread", conversationId, upTo: seq })
    })
  })
).pipe(Layer.provide([Reads.layer, ChargedReads]))

/** Runs commands for the caller, and charges them to the caller's limits. */
const makeChanges = Effect.gen(function* () {
  const conversations = yield* Conversations
  const commands = yield* CommandClient
  const limits = yield* RateLimits
  const policy = yield* AccountPolicy
  const spend = yield* makeSpend
  const read = yield* Reads

  const isThere = (log: ConversationId) =>
    read((userId) => conversations.summary(userId, log)).pipe(
      Effect.as(true),
      Effect.catchTag("NotFound", () => Effect.succeed(false))
    )
  /** Returns the limit on new conversations, if the change makes one. */
  const limitOfNew = Effect.fnUntraced(function* (log: ConversationId, { kind }: CommandBody) {
    if (kind === "create") return policy.limits.createUser
    return kind === "openDirect" && !(yield* isThere(log)) ? policy.limits.directUser : undefined
  })
  const change = (log: ConversationId, id: CommandId, body: CommandBody) =>
    Effect.gen(function* () {
      const { deviceId, userId } = yield* CurrentIdentity
      const run = Effect.zipRight(
        spend(policy.limits.changeUser, userId, changeCost(body)),
        commands.run({ log, id, by: userId, device: deviceId, body })
      )
      const ofNew = yield* limitOfNew(log, body)
      if (ofNew === undefined) return yield* run
      yield* spend(ofNew, userId)
      // A command that created nothing does not count among the hour's conversations.
      return yield* Effect.tapError(run, () => limits.returned(ofNew, userId))
    })
  const changed = (log: ConversationId, id: CommandId, body: CommandBody) =>
    Effect.map(change(log, id, body), ({ seq }) => ({ seq }))
  const changedOwn = (id: CommandId, body: CommandBody) =>
    Effect.flatMap(CurrentIdentity, ({ userId }) => changed(personalLog(userId), id, body))
  return { change, changed, changedOwn } as const
})
