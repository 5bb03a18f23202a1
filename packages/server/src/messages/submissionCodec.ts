/**
 * A published batch as JSON, between gateways and workers. What is read was written by Hibiki, perhaps by another version: fields that are
 * not known are let through and used by nobody, and what a worker could trip over is refused.
 */
import type { Command, CommandBody } from "@hibiki/core/domain/Command"
import { isUuid } from "@hibiki/core/domain/UuidText"
import type { Submission } from "@hibiki/core/messages/Submission"
import { exceedsDepth, parseJson } from "@hibiki/core/protocol/Json"

/** Far deeper than anything that is written. */
const depthMax = 16

export const encodeSubmissions = (batch: ReadonlyArray<Submission>): Buffer => Buffer.from(JSON.stringify(batch))

/** Undefined when it is not a batch of this version. */
export const decodeSubmissions = (content: Buffer): ReadonlyArray<Submission> | undefined => {
  const text = content.toString("utf8")
  if (exceedsDepth(text, depthMax)) return undefined
  const batch = parseJson(text)
  return Array.isArray(batch) && batch.every(isSubmission) ? batch : undefined
}

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value)
const isText = (value: unknown): value is string => typeof value === "string"
const isSeq = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0
const areUuids = (value: unknown): boolean => Array.isArray(value) && value.every(isUuid)

const isSubmission = (value: unknown): value is Submission => {
  if (!isFields(value)) return false
  const { commands, key, log, to, v } = value
  return (
    v === 1 && isUuid(to) && isText(key) && isUuid(log) && Array.isArray(commands) && commands.every((command) => isCommand(command, log))
  )
}

// A submission's commands are all of its log: its answer names only that.
const isCommand = (value: unknown, ofLog: string): value is Command => {
  if (!isFields(value)) return false
  const { body, by, device, epoch, id, log } = value
  return log === ofLog && isUuid(id) && isUuid(by) && (device === null || isUuid(device)) && isUuid(epoch) && isFields(body) && isBody(body)
}

const isBody = (body: Fields): boolean => {
  const { kind } = body
  return isText(kind) && Object.hasOwn(bodies, kind) && bodies[kind as CommandBody["kind"]](body)
}

const none = () => true
const seqOf = ({ conversationId, upTo }: Fields) => isUuid(conversationId) && isSeq(upTo)
const emojiOf = ({ emoji, target }: Fields) => isSeq(target) && isText(emoji)

const bodies: { readonly [K in CommandBody["kind"]]: (body: Fields) => boolean } = {
  post: ({ replyTo, text }) => isText(text) && (replyTo === undefined || isSeq(replyTo)),
  edit: ({ target, text }) => isSeq(target) && isText(text),
  delete: ({ target }) => isSeq(target),
  react: emojiOf,
  unreact: emojiOf,
  withdraw: none,
  create: ({ conversationKind, history, members, title }) =>
    (conversationKind === "group" || conversationKind === "channel") &&
    (history === "all" || history === "joined") &&
    isText(title) &&
    areUuids(members),
  openDirect: ({ peer }) => isUuid(peer),
  join: none,
  add: ({ userIds }) => areUuids(userIds),
  remove: ({ userId }) => isUuid(userId),
  leave: none,
  rename: ({ title }) => isText(title),
  setRole: ({ role, userId }) => isUuid(userId) && (role === "owner" || role === "admin" || role === "member"),
  read: seqOf,
  markUnread: seqOf,
  mute: ({ conversationId, on }) => isUuid(conversationId) && typeof on === "boolean"
}
