/**
 * The frames that a client may send on the socket: one JSON text per message, distinguished by `op`. The gateway
 * decodes them strictly, by hand because a schema costs ten times as much per frame.
 */
import type { CommandBody, CommandKindName } from "../commands/Command.ts"
import { isOneEmoji } from "../domain/Emoji.ts"
import type { CommandId, ConversationId, DeviceId, Epoch, InstanceId, UserId } from "../domain/Ids.ts"
import { Limits, presenceLimits } from "../domain/Limits.ts"
import { isUuid, isUuidV7, shownTextProblem } from "../domain/TextRules.ts"
import { exceedsBytes, keysWithin, parseJson } from "./Json.ts"
import type { BadFrameCode } from "./ServerFrame.ts"

/** Versions of the socket's protocol. A side speaks every version from `oldest` to `current`. */
export const ProtocolVersion = { oldest: 1, current: 1 } as const

/** The version both sides speak, or undefined when the client's highest is older than any of ours. */
export const agree = (clientHighest: number): number | undefined =>
  clientHighest < ProtocolVersion.oldest ? undefined : Math.min(clientHighest, ProtocolVersion.current)

/** A device's place in a log: it holds everything up to `seq`. */
export type CursorPair = readonly [conversationId: ConversationId, seq: number]

export type ClientFrame =
  /**
   * The first frame, within 5 s. `version`: the highest that the client speaks. `epoch`: the
   * last known epoch of the store, or null. `cursors`: up to 500 places of the device; `last`
   * false means that `cursors` frames follow. The server answers `behind` for a log that is not
   * named.
   */
  | {
      readonly op: "hello"
      readonly version: number
      readonly ticket: string
      readonly device: DeviceId
      readonly instance: InstanceId
      readonly epoch: Epoch | null
      readonly cursors: ReadonlyArray<CursorPair>
      readonly last: boolean
    }
  | { readonly op: "cursors"; readonly pairs: ReadonlyArray<CursorPair>; readonly last: boolean }
  /** At most one of these per conversation is in flight. */
  | CommandFrame
  /** The device has stored everything up to these places. */
  | { readonly op: "ack"; readonly cursors: ReadonlyArray<CursorPair> }
  /** The user has read up to `seq`. Idempotent, so it carries no id; the server echoes it as the cell in `reads`. */
  | { readonly op: "read"; readonly conversationId: ConversationId; readonly seq: number }
  /** Requests events `from` to `to` again, both included; answered by `events` and `withheld`. */
  | { readonly op: "range"; readonly conversationId: ConversationId; readonly from: number; readonly to: number }
  /**
   * The user is typing there now. Sent at most once in 3 s. The server drops more frequent ones, and those that other
   * users need not know.
   */
  | { readonly op: "typing"; readonly conversationId: ConversationId }
  /**
   * Watches the presence of 0 to 200 users, in place of those that this socket watched before. Answered at once by
   * `presence`.
   */
  | { readonly op: "watch"; readonly userIds: ReadonlyArray<UserId> }
  /** The person's activity on this device. A new socket counts as active. */
  | { readonly op: "presence"; readonly state: "active" | "idle" }
  | { readonly op: "ping" }
  /** The device disconnects on purpose. */
  | { readonly op: "bye" }

/** Kinds that have a frame of their own, named after them. */
const singleOps = ["edit", "delete", "react", "withdraw"] as const
/** The command kind of such a frame with `on: false`. */
const offKinds = { react: "unreact" } as const

type SingleOp = (typeof singleOps)[number]
type FieldsOf<Kind extends CommandKindName> = Omit<Extract<CommandBody, { readonly kind: Kind }>, "kind">

export interface NewPost extends FieldsOf<"post"> {
  readonly id: CommandId
}

/** Accepted or rejected as a whole; the posts are decided one by one. */
interface PostFrame {
  readonly op: "post"
  readonly conversationId: ConversationId
  readonly posts: ReadonlyArray<NewPost>
}

type SingleFrameOf<Op extends SingleOp> = FieldsOf<Op> & {
  readonly op: Op
  /** For a `withdraw`: the id of the post. */
  readonly id: CommandId
  readonly conversationId: ConversationId
} & (Op extends keyof typeof offKinds ? { readonly on: boolean } : unknown)

type SingleFrame = { readonly [Op in SingleOp]: SingleFrameOf<Op> }[SingleOp]

export type CommandFrame = PostFrame | SingleFrame

export const commandOps: ReadonlySet<CommandFrame["op"]> = new Set(["post", ...singleOps])

export const isCommandFrame = (frame: { readonly op: string }): frame is CommandFrame =>
  (commandOps as ReadonlySet<string>).has(frame.op)

/** The commands in a frame, in order. */
export const commandsIn = (
  frame: CommandFrame
): ReadonlyArray<{ readonly id: CommandId; readonly body: CommandBody }> =>
  frame.op === "post"
    ? frame.posts.map(({ id, replyTo, text }) => ({
        id,
        body: replyTo === undefined ? { kind: "post", text } : { kind: "post", text, replyTo }
      }))
    : [{ id: frame.id, body: bodyOf(frame) }]

const bodyOf = (frame: SingleFrame): CommandBody => {
  const { conversationId: _, id: __, op, ...fields } = frame
  const off = offKind(op)
  // The fields are those of the kind, which no type can express by name.
  if (off === undefined) return { kind: op, ...fields } as CommandBody
  const { on, ...rest } = fields as { readonly on: boolean }
  return { kind: on ? op : off, ...rest } as CommandBody
}

const offKind = (op: SingleOp): CommandKindName | undefined =>
  (offKinds as { readonly [Op in SingleOp]?: CommandKindName })[op]

export const encodeClientFrame = (frame: ClientFrame): string => JSON.stringify(frame)

/** Longest ticket, in characters of base64url. */
export const ticketMax = 200

/**
 * Why the server did not take a frame. `field` is a path such as `posts.0.text`, empty for the frame itself. If both
 * `id` and `conversationId` are present, the command is answered `refused`; without them the server closes the socket.
 * For a post frame, the id is that of the offending post, and none of its posts was taken.
 */
export interface FrameProblem {
  readonly op?: undefined
  readonly code: BadFrameCode
  readonly field: string
  readonly id?: CommandId
  readonly conversationId?: ConversationId
}

export const isFrameProblem = (decoded: ClientFrame | FrameProblem): decoded is FrameProblem => decoded.op === undefined

/**
 * Never throws. Checks size and nesting before parsing. Parsers disagree on which of two equal keys counts, so this one
 * rejects a frame with such keys as no JSON.
 */
export const decodeClientFrame = (text: string): ClientFrame | FrameProblem => {
  if (exceedsBytes(text, Limits.frameBytes)) return { code: "too_large", field: "" }
  const keys = keysWithin(text, Limits.depthMax)
  if (keys === undefined) return { code: "too_deep", field: "" }
  const frame = parseJson(text)
  if (frame === undefined) return { code: "not_json", field: "" }
  if (!isObject(frame)) return { code: "bad_type", field: "" }
  const decoded = decodeFields(frame)
  return isFrameProblem(decoded) || keysOf(frame) === keys ? decoded : { code: "not_json", field: "" }
}

/** Expects a decoded frame: only posts are objects in it. */
const keysOf = (frame: Json): number => {
  let keys = fieldsIn(frame)
  if (frame.op === "post") for (const post of frame.posts as ReadonlyArray<Json>) keys += fieldsIn(post)
  return keys
}

const fieldsIn = (owner: Json): number => {
  let fields = 0
  for (const _ in owner) fields++
  return fields
}

const decodeFields = (frame: Json): ClientFrame | FrameProblem => {
  switch (frame.op) {
    case "post":
      return decodePost(frame)
    case "ack":
      return (
        unknownField(frame, fieldsOf.ack) ??
        pairsProblem(frame, "cursors", 1) ?? { op: "ack", cursors: takePairs(frame.cursors) }
      )
    case "read":
      return (
        unknownField(frame, fieldsOf.read) ??
        logProblem(frame) ??
        numberProblem(frame, "seq", 1) ?? {
          op: "read",
          conversationId: frame.conversationId as ConversationId,
          seq: frame.seq as number
        }
      )
    case "typing":
      return (
        unknownField(frame, fieldsOf.typing) ??
        logProblem(frame) ?? { op: "typing", conversationId: frame.conversationId as ConversationId }
      )
    case "presence":
      return decodePresence(frame)
    case "watch":
      return (
        unknownField(frame, fieldsOf.watch) ??
        uuidsProblem(frame, "userIds", presenceLimits.watchedMax) ?? {
          op: "watch",
          userIds: frame.userIds as ReadonlyArray<UserId>
        }
      )
    case "ping":
      return unknownField(frame, fieldsOf.bare) ?? { op: "ping" }
    case "bye":
      return unknownField(frame, fieldsOf.bare) ?? { op: "bye" }
    case "range":
      return decodeRange(frame)
    case "edit":
    case "delete":
    case "react":
    case "withdraw":
      return decodeCommand(frame, frame.op)
    case "hello":
      return decodeHello(frame)
    case "cursors":
      return (
        unknownField(frame, fieldsOf.cursors) ??
        pairsProblem(frame, "pairs", 0) ??
        booleanProblem(frame, "last") ?? { op: "cursors", pairs: takePairs(frame.pairs), last: frame.last as boolean }
      )
    default:
      return problem(
        frame,
        frame.op === undefined ? "missing_field" : typeof frame.op === "string" ? "unknown_op" : "bad_type",
        "op"
      )
  }
}

interface Json {
  readonly [field: string]: unknown
}

const fieldsOf = {
  bare: ["op"],
  hello: ["op", "version", "ticket", "device", "instance", "epoch", "cursors", "last"],
  cursors: ["op", "pairs", "last"],
  post: ["op", "conversationId", "posts"],
  onePost: ["id", "text", "replyTo"],
  edit: ["op", "id", "conversationId", "target", "text"],
  delete: ["op", "id", "conversationId", "target"],
  react: ["op", "id", "conversationId", "target", "emoji", "on"],
  withdraw: ["op", "id", "conversationId"],
  ack: ["op", "cursors"],
  read: ["op", "conversationId", "seq"],
  range: ["op", "conversationId", "from", "to"],
  typing: ["op", "conversationId"],
  presence: ["op", "state"],
  watch: ["op", "userIds"]
} as const satisfies Record<string, ReadonlyArray<string>>

const decodePost = (frame: Json): ClientFrame | FrameProblem => {
  const wrong =
    unknownField(frame, fieldsOf.post) ?? logProblem(frame) ?? arrayProblem(frame, "posts", 1, Limits.postsPerFrame)
  if (wrong !== undefined) return wrong
  const given = frame.posts as ReadonlyArray<unknown>
  const posts: Array<NewPost> = []
  const seen = given.length > 1 ? new Set<CommandId>() : undefined
  for (let i = 0; i < given.length; i++) {
    const post = given[i]
    if (!isObject(post)) return problem(frame, "bad_type", `posts.${i}`)
    const bad =
      unknownField(post, fieldsOf.onePost) ??
      idProblem(post) ??
      textFieldProblem(post, "text", Limits.textMax) ??
      (post.replyTo === undefined ? undefined : numberProblem(post, "replyTo", 1))
    if (bad !== undefined)
      return { ...bad, field: `posts.${i}.${bad.field}`, conversationId: frame.conversationId as ConversationId }
    const id = post.id as CommandId
    if (seen?.has(id)) return { ...problem(frame, "bad_id", `posts.${i}.id`), id }
    seen?.add(id)
    const text = post.text as string
    posts.push(post.replyTo === undefined ? { id, text } : { id, text, replyTo: post.replyTo as number })
  }
  return { op: "post", conversationId: frame.conversationId as ConversationId, posts }
}

/**
 * By hand: checks derived from the Schemas of the kinds were up to 8 % slower and longer. A test compares it with those
 * Schemas.
 */
const decodeCommand = (frame: Json, op: Exclude<CommandFrame["op"], "post">): ClientFrame | FrameProblem => {
  const wrong = unknownField(frame, fieldsOf[op]) ?? idProblem(frame) ?? logProblem(frame)
  if (wrong !== undefined) return wrong
  const id = frame.id as CommandId
  const conversationId = frame.conversationId as ConversationId
  if (op === "withdraw") return { op, id, conversationId }
  const noTarget = numberProblem(frame, "target", 1)
  if (noTarget !== undefined) return noTarget
  const target = frame.target as number
  switch (op) {
    case "delete":
      return { op, id, conversationId, target }
    case "edit":
      return (
        textFieldProblem(frame, "text", Limits.textMax) ?? {
          op,
          id,
          conversationId,
          target,
          text: frame.text as string
        }
      )
    case "react":
      return (
        textFieldProblem(frame, "emoji", Limits.emojiMax) ??
        booleanProblem(frame, "on") ??
        // A reaction that was set before this rule can still be removed.
        (frame.on === true && !isOneEmoji(frame.emoji as string)
          ? problem(frame, "not_emoji", "emoji")
          : undefined) ?? {
          op,
          id,
          conversationId,
          target,
          emoji: frame.emoji as string,
          on: frame.on as boolean
        }
      )
  }
}

const decodeRange = (frame: Json): ClientFrame | FrameProblem => {
  const wrong =
    unknownField(frame, fieldsOf.range) ??
    logProblem(frame) ??
    numberProblem(frame, "from", 1) ??
    numberProblem(frame, "to", 1)
  if (wrong !== undefined) return wrong
  const [from, to] = [frame.from as number, frame.to as number]
  return from > to
    ? problem(frame, "bad_number", "to")
    : { op: "range", conversationId: frame.conversationId as ConversationId, from, to }
}

const decodePresence = (frame: Json): ClientFrame | FrameProblem => {
  const wrong = unknownField(frame, fieldsOf.presence)
  if (wrong !== undefined) return wrong
  const { state } = frame
  // `bye` reports offline.
  return state === "active" || state === "idle" ? { op: "presence", state } : absentOrBad(frame, "state")
}

const decodeHello = (frame: Json): ClientFrame | FrameProblem =>
  unknownField(frame, fieldsOf.hello) ??
  numberProblem(frame, "version", 0) ??
  ticketProblem(frame) ??
  uuidProblem(frame, "device") ??
  uuidProblem(frame, "instance") ??
  (frame.epoch === null ? undefined : uuidProblem(frame, "epoch")) ??
  pairsProblem(frame, "cursors", 0) ??
  booleanProblem(frame, "last") ?? {
    op: "hello",
    version: frame.version as number,
    ticket: frame.ticket as string,
    device: frame.device as DeviceId,
    instance: frame.instance as InstanceId,
    epoch: frame.epoch as Epoch | null,
    cursors: takePairs(frame.cursors),
    last: frame.last as boolean
  }

// Checks: each returns the problem, or undefined.

const problem = (owner: Json, code: BadFrameCode, field: string): FrameProblem => ({
  code,
  field,
  ...(isUuidV7(owner.id) ? { id: owner.id as CommandId } : {}),
  ...(isUuid(owner.conversationId) ? { conversationId: owner.conversationId as ConversationId } : {})
})

/** The sent name may be long: return only as much of a field's name as a person needs. */
const unknownField = (owner: Json, known: ReadonlyArray<string>): FrameProblem | undefined => {
  for (const field of Object.keys(owner))
    if (!known.includes(field)) return problem(owner, "unknown_field", field.slice(0, 64).toWellFormed())
  return undefined
}

const absentOrBad = (owner: Json, field: string): FrameProblem =>
  problem(owner, owner[field] === undefined ? "missing_field" : "bad_type", field)

const uuidProblem = (owner: Json, field: string): FrameProblem | undefined => {
  const value = owner[field]
  if (typeof value !== "string") return absentOrBad(owner, field)
  return isUuid(value) ? undefined : problem(owner, "bad_id", field)
}

const logProblem = (owner: Json): FrameProblem | undefined => uuidProblem(owner, "conversationId")

const idProblem = (owner: Json): FrameProblem | undefined => {
  if (typeof owner.id !== "string") return absentOrBad(owner, "id")
  return isUuidV7(owner.id) ? undefined : problem(owner, "bad_id", "id")
}

const isNumberFrom = (value: number, least: number): boolean =>
  Number.isSafeInteger(value) && value >= least && !Object.is(value, -0)

const numberProblem = (owner: Json, field: string, least: number): FrameProblem | undefined => {
  const value = owner[field]
  if (typeof value !== "number") return absentOrBad(owner, field)
  return isNumberFrom(value, least) ? undefined : problem(owner, "bad_number", field)
}

const booleanProblem = (owner: Json, field: string): FrameProblem | undefined =>
  typeof owner[field] === "boolean" ? undefined : absentOrBad(owner, field)

const textFieldProblem = (owner: Json, field: string, max: number): FrameProblem | undefined => {
  const value = owner[field]
  if (typeof value !== "string") return absentOrBad(owner, field)
  const code = shownTextProblem(value, max)
  return code === undefined ? undefined : problem(owner, code, field)
}

const base64url = /^[A-Za-z0-9_-]+$/

const ticketProblem = (owner: Json): FrameProblem | undefined => {
  const { ticket } = owner
  if (typeof ticket !== "string") return absentOrBad(owner, "ticket")
  if (ticket === "") return problem(owner, "empty", "ticket")
  if (ticket.length > ticketMax) return problem(owner, "too_long", "ticket")
  return base64url.test(ticket) ? undefined : problem(owner, "bad_id", "ticket")
}

const arrayProblem = (owner: Json, field: string, least: number, max: number): FrameProblem | undefined => {
  const value = owner[field]
  if (!Array.isArray(value)) return absentOrBad(owner, field)
  return value.length < least
    ? problem(owner, "empty", field)
    : value.length > max
      ? problem(owner, "too_many", field)
      : undefined
}

const pairsProblem = (owner: Json, field: string, least: number): FrameProblem | undefined => {
  const wrong = arrayProblem(owner, field, least, Limits.cursorPairs)
  if (wrong !== undefined) return wrong
  const pairs = owner[field] as ReadonlyArray<unknown>
  for (let i = 0; i < pairs.length; i++) {
    const pair = pairs[i]
    if (!Array.isArray(pair) || pair.length !== 2 || typeof pair[0] !== "string" || typeof pair[1] !== "number")
      return problem(owner, "bad_type", `${field}.${i}`)
    if (!isUuid(pair[0])) return problem(owner, "bad_id", `${field}.${i}.0`)
    if (!isNumberFrom(pair[1], 0)) return problem(owner, "bad_number", `${field}.${i}.1`)
  }
  return undefined
}

const uuidsProblem = (owner: Json, field: string, max: number): FrameProblem | undefined => {
  const wrong = arrayProblem(owner, field, 0, max)
  if (wrong !== undefined) return wrong
  const ids = owner[field] as ReadonlyArray<unknown>
  for (let i = 0; i < ids.length; i++)
    if (!isUuid(ids[i])) return problem(owner, typeof ids[i] === "string" ? "bad_id" : "bad_type", `${field}.${i}`)
  return undefined
}

/** Already checked, and fresh from JSON.parse. */
const takePairs = (pairs: unknown): ReadonlyArray<CursorPair> => pairs as ReadonlyArray<CursorPair>

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value)
