/**
 * Calls of administrators. To everybody else each of them looks absent, whether its target exists or not. Every act,
 * and every look at a person's devices or a conversation's members, has an entry in the audit log.
 */
import { Rpc, RpcGroup } from "@effect/rpc"
import { Schema } from "effect"
import { AdminConversation, AdminMember, AdminPerson } from "../../domain/Admin.ts"
import { AuditEntry } from "../../domain/Audit.ts"
import { ListedDevice } from "../../domain/Conversation.ts"
import { CommandId, ConversationId, DeviceId, EventSeq, Millis, UserId } from "../../domain/Ids.ts"
import { Limits } from "../../domain/Limits.ts"
import { MessageTrace, traceReasons } from "../../domain/MessageTrace.ts"
import { NodeAct } from "../../domain/NodeAct.ts"
import { AddressMiddleware, AdminMiddleware } from "./AuthMiddleware.ts"
import { Password, SignInFailed } from "./AuthRpcs.ts"
import { NotFound, RateLimited, Refused, Unauthenticated, Unavailable } from "./RpcErrors.ts"

/** Most people, conversations, members or entries in one answer, and the default number. */
export const adminPageMax = 100
/** Most entries in one part of an exported audit log. */
export const auditExportMax = 1_000

const Reads = Schema.Union(Unauthenticated, NotFound, RateLimited, Unavailable)
/**
 * Codes of `Refused`: `last_admin` (the server would be left without an enabled administrator), `is_a_bot`, `disabled`.
 * Of `admin.giveOwner`: `has_owner` (an owner is enabled), `no_owner` (there is none at all), `not_a_member`,
 * `try_again`. Of `admin.act`: `not_possible` (not by this process), `no_answer` (nobody knows what took effect).
 */
const Acts = Schema.Union(Unauthenticated, NotFound, Refused, RateLimited, Unavailable)
const Done = Schema.Struct({})
const Prefix = Schema.optional(Schema.String.pipe(Schema.maxLength(Limits.nameMax)))
const AfterHandle = Schema.optional(Schema.String.pipe(Schema.maxLength(Limits.nameMax)))
const Limit = Schema.optional(Schema.Int.pipe(Schema.between(1, adminPageMax)))
const Word = Schema.optional(Schema.String.pipe(Schema.maxLength(128)))

const filter = {
  actor: Word,
  act: Word,
  /** An id of any kind that an entry names. */
  target: Word,
  /** Entries not before this time. */
  from: Schema.optional(Millis),
  /** Entries before this time. */
  until: Schema.optional(Millis)
}
/** Which entries of the audit log an administrator asks for. */
export const AuditQuery = Schema.Struct(filter)
export type AuditQuery = typeof AuditQuery.Type

export class AdminRpcs extends RpcGroup.make(
  /** By the beginning of a handle or name; all without it. Ordered by handle, after the given one. */
  Rpc.make("admin.people", {
    payload: { prefix: Prefix, after: AfterHandle, limit: Limit },
    success: Schema.Struct({ people: Schema.Array(AdminPerson), more: Schema.Boolean }),
    error: Reads
  }),
  /** Signed-in devices of a person. */
  Rpc.make("admin.devices", {
    payload: { userId: UserId },
    success: Schema.Array(Schema.Struct(ListedDevice.fields).omit("current")),
    error: Reads
  }),
  Rpc.make("admin.signOutDevice", {
    payload: { userId: UserId, deviceId: DeviceId },
    success: Done,
    error: Acts
  }),
  /** Ends all devices and invites of the person, who can't sign in until `admin.enable`. */
  Rpc.make("admin.disable", {
    payload: { userId: UserId },
    success: Schema.Struct({ devices: Schema.Int, invites: Schema.Int }),
    error: Acts
  }),
  Rpc.make("admin.enable", { payload: { userId: UserId }, success: Done, error: Acts }),
  /**
   * A code with which the person sets a new password by `auth.resetPassword`, once and within an hour. It replaces an
   * earlier one. The person sees in their activity that it was made.
   */
  Rpc.make("admin.resetLink", {
    payload: { userId: UserId },
    success: Schema.Struct({ code: Schema.String, ttlMs: Schema.Int }),
    error: Acts
  }),
  Rpc.make("admin.promote", { payload: { userId: UserId }, success: Done, error: Acts }),
  Rpc.make("admin.demote", { payload: { userId: UserId }, success: Done, error: Acts }),
  /**
   * Groups and channels by the beginning of their title, ordered by id, after the given one. Or the one conversation of
   * an id, of any kind.
   */
  Rpc.make("admin.conversations", {
    payload: {
      prefix: Prefix,
      conversationId: Schema.optional(ConversationId),
      after: Schema.optional(ConversationId),
      limit: Limit
    },
    success: Schema.Struct({ conversations: Schema.Array(AdminConversation), more: Schema.Boolean }),
    error: Reads
  }),
  /** Ordered by handle, after the given one. */
  Rpc.make("admin.members", {
    payload: { conversationId: ConversationId, after: AfterHandle, limit: Limit },
    success: Schema.Struct({ members: Schema.Array(AdminMember), more: Schema.Boolean }),
    error: Reads
  }),
  /** Makes a member an owner of a conversation whose owners are all disabled. */
  Rpc.make("admin.giveOwner", {
    payload: { conversationId: ConversationId, userId: UserId },
    success: Done,
    error: Acts
  }),
  /**
   * Where a message was, by its command's id. Everybody in the answer finds it in their activity. `handle`: tell of the
   * author and this person alone. Needs the administrator's password; five a day.
   */
  Rpc.make("admin.trace", {
    payload: {
      messageId: CommandId,
      reason: Schema.Literal(...traceReasons),
      password: Password,
      handle: Schema.optional(Schema.String.pipe(Schema.maxLength(Limits.nameMax)))
    },
    success: MessageTrace,
    error: Schema.Union(Unauthenticated, NotFound, SignInFailed, RateLimited, Unavailable)
  }),
  /** Drains a process, stops an actor, or disconnects a socket, by the name of the process. Answers within 8 s. */
  Rpc.make("admin.act", {
    payload: { node: Schema.String.pipe(Schema.maxLength(200)), act: NodeAct },
    success: Done,
    error: Acts
  }),
  /** Entries of the audit log, newest first: below the number `before`, or the newest. */
  Rpc.make("admin.audit", {
    payload: { ...filter, before: Schema.optional(EventSeq), limit: Limit },
    success: Schema.Struct({ entries: Schema.Array(AuditEntry), more: Schema.Boolean }),
    error: Reads
  }),
  /**
   * The audit log as CSV, oldest first, in parts of at most 1,000 entries. `next`: ask again with it as `after` and
   * append the answer. The first part begins with the names of the columns.
   */
  Rpc.make("admin.auditExport", {
    payload: { after: Schema.optional(EventSeq) },
    success: Schema.Struct({ csv: Schema.String, next: Schema.optional(EventSeq) }),
    error: Reads
  })
)
  .middleware(AdminMiddleware)
  .middleware(AddressMiddleware) {}
