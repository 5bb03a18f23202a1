/** A body of any kind of command, from the fields of the kind: a test over every kind also covers the next new one. */
import { type CommandBody, type CommandKindName, everyKind } from "@hibiki/core/commands/Command"
import type { ConversationRules, Whose } from "@hibiki/core/domain/ConversationRules"
import type { HistoryRule, Role } from "@hibiki/core/domain/Event"
import type { ConversationId, UserId } from "@hibiki/core/domain/Ids"

/** The values for a body. An optional field is present if there is a value for it. */
export interface BodyParts {
  readonly seq: number
  readonly userId: UserId
  /** For a body with several users; else the one. */
  readonly userIds?: ReadonlyArray<UserId> | undefined
  readonly conversationId: ConversationId
  readonly text?: string | undefined
  readonly title?: string | undefined
  readonly emoji?: string | undefined
  readonly role?: Role | undefined
  readonly on?: boolean | undefined
  readonly whose?: Whose | undefined
  readonly slowSeconds?: ConversationRules["slowSeconds"] | undefined
  readonly replyTo?: number | undefined
  readonly asOf?: number | undefined
  readonly conversationKind?: "group" | "channel" | undefined
  readonly history?: HistoryRule | undefined
}

const byField: Readonly<Record<string, (parts: BodyParts) => unknown>> = {
  target: ({ seq }) => seq,
  upTo: ({ seq }) => seq,
  userId: ({ userId }) => userId,
  peer: ({ userId }) => userId,
  userIds: ({ userId, userIds = [userId] }) => userIds,
  members: ({ userId, userIds = [userId] }) => userIds,
  conversationId: ({ conversationId }) => conversationId,
  text: ({ text = "a" }) => text,
  title: ({ title = "Other" }) => title,
  emoji: ({ emoji = "👍" }) => emoji,
  role: ({ role = "admin" }) => role,
  on: ({ on = true }) => on,
  post: ({ whose = "admins" }) => whose,
  add: ({ whose = "admins" }) => whose,
  slowSeconds: ({ slowSeconds = 30 }) => slowSeconds,
  // Only the server's own code sets it.
  operator: () => undefined,
  replyTo: ({ replyTo }) => replyTo,
  asOf: ({ asOf }) => asOf,
  conversationKind: ({ conversationKind = "group" }) => conversationKind,
  history: ({ history = "all" }) => history
}

const fieldsByKind = new Map(
  everyKind().map(({ body, kind }) => [kind, Object.keys("fields" in body ? (body.fields as object) : {})])
)

/** All kinds, those that create a conversation last. */
export const kindNames: ReadonlyArray<CommandKindName> = [...everyKind()]
  .sort((a, b) => Number(a.creates === true) - Number(b.creates === true))
  .map(({ kind }) => kind)

export const anyBody = (kind: CommandKindName, parts: BodyParts): CommandBody => {
  const body: Record<string, unknown> = { kind }
  for (const field of fieldsByKind.get(kind) ?? []) {
    if (field === "kind") continue
    const make = byField[field]
    if (make === undefined) throw new Error(`nothing says what a ${field} is: it is a new field of ${kind}`)
    const value = make(parts)
    if (value !== undefined) body[field] = value
  }
  // Its fields are those of the kind, which no type can follow by name.
  return body as unknown as CommandBody
}
