/**
 * A published batch as JSON, between gateways and workers. Hibiki wrote what is read here, perhaps another version. So
 * unknown fields pass through unused, and anything that could break a worker is refused. Each submission is refused by
 * itself, since a batch contains those of many people.
 */
import type { Command } from "@hibiki/core/commands/Command"
import { commandKinds } from "@hibiki/core/commands/commandKinds"
import { EventSeq, Seq } from "@hibiki/core/domain/Ids"
import { isUuid } from "@hibiki/core/domain/TextRules"
import type { Asked, Submission, UnreadSubmission } from "@hibiki/core/ports/Submission"
import { exceedsDepth, parseJson } from "@hibiki/core/protocol/Json"
import { Option, Record, Schema, SchemaAST } from "effect"

/** Far deeper than any batch that Hibiki writes. */
const depthMax = 16

export const encodeSubmissions = (batch: ReadonlyArray<Submission>): Buffer => Buffer.from(JSON.stringify(batch))

/** A batch of one, for the dead letters. An unreadable submission goes in as it came. */
export const encodeLetter = (submission: unknown): Buffer => Buffer.from(JSON.stringify([submission]))

export interface DecodedBatch {
  readonly submissions: ReadonlyArray<Submission>
  readonly unread: ReadonlyArray<UnreadSubmission>
}

/** Returns undefined if it is no batch at all. */
export const decodeSubmissions = (content: Buffer): DecodedBatch | undefined => {
  const text = content.toString("utf8")
  if (exceedsDepth(text, depthMax)) return undefined
  const batch = parseJson(text)
  if (!Array.isArray(batch)) return undefined
  return batch.every(isSubmission) ? { submissions: batch, unread: [] } : divide(batch)
}

const divide = (batch: ReadonlyArray<unknown>): DecodedBatch => {
  const submissions: Array<Submission> = []
  const unread: Array<UnreadSubmission> = []
  for (const each of batch) {
    if (isSubmission(each)) submissions.push(each)
    else unread.push({ content: each, asked: isAsked(each) ? askedIn(each) : undefined })
  }
  return { submissions, unread }
}

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value)
const isText = (value: unknown): value is string => typeof value === "string"
const isSeq = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0

/** Whether it names its sender, its log and the ids of its commands: all that an answer needs. */
const isAsked = (value: unknown): value is Asked => {
  if (!isFields(value)) return false
  const { commands, key, log, to } = value
  return (
    isUuid(to) &&
    isText(key) &&
    isUuid(log) &&
    Array.isArray(commands) &&
    commands.every((each) => isFields(each) && isUuid(each["id"]))
  )
}

const askedIn = ({ commands, key, log, to }: Asked): Asked => ({
  to,
  key,
  log,
  commands: commands.map((command) => ({ log, id: command.id, kind: kindOf(command) }))
})

/** Operators see it, so it is a plain word or a question mark. */
const kindOf = ({ body }: Fields): string => {
  const kind = isFields(body) ? body["kind"] : undefined
  return isText(kind) && /^\w{1,40}$/.test(kind) ? kind : "?"
}

const isSubmission = (value: unknown): value is Submission => {
  if (!isFields(value)) return false
  const { commands, key, log, to, v } = value
  return (
    v === 1 &&
    isUuid(to) &&
    isText(key) &&
    isUuid(log) &&
    Array.isArray(commands) &&
    commands.every((command) => isCommand(command, log))
  )
}

// All commands of a submission belong to its log, since its answer names only that.
const isCommand = (value: unknown, ofLog: string): value is Command => {
  if (!isFields(value)) return false
  const { body, by, device, epoch, id, log } = value
  return (
    log === ofLog &&
    isUuid(id) &&
    isUuid(by) &&
    (device === null || isUuid(device)) &&
    isUuid(epoch) &&
    isFields(body) &&
    isBody(body)
  )
}

const isBody = (body: Fields): boolean => {
  const { kind } = body
  return isText(kind) && Object.hasOwn(bodies, kind) && bodies[kind]?.(body) === true
}

/**
 * Checks the fields of a body, without two rules: how a text has to look, and that a seq is not 0. The gateway applies
 * those on entry, and they may change while commands are in flight.
 */
const formOf = (body: SchemaAST.AST): Schema.Schema<unknown> => {
  if (!SchemaAST.isTypeLiteral(body)) throw new Error("a command's body is a struct")
  const fields = body.propertySignatures.map(
    ({ isOptional, isReadonly, name, type }) =>
      new SchemaAST.PropertySignature(name, formOfField(type), isOptional, isReadonly)
  )
  return Schema.make(new SchemaAST.TypeLiteral(fields, []))
}

const formOfField = (ast: SchemaAST.AST): SchemaAST.AST =>
  ast === EventSeq.ast ? Seq.ast : isPlainText(ast) ? SchemaAST.stringKeyword : ast

/** Ids are branded. */
const isPlainText = (ast: SchemaAST.AST): boolean =>
  SchemaAST.isRefinement(ast)
    ? Option.isNone(SchemaAST.getAnnotation(ast, SchemaAST.BrandAnnotationId)) && isPlainText(ast.from)
    : SchemaAST.isStringKeyword(ast)

/**
 * A schema takes ten times as long, and most commands are posts. The store accepts anything that this lets through
 * beyond the schema.
 */
const isPost = ({ replyTo, text }: Fields): boolean => isText(text) && (replyTo === undefined || isSeq(replyTo))

const bodies: Readonly<Record<string, (body: Fields) => boolean>> = {
  ...Record.map(commandKinds, ({ body }) => Schema.is(formOf(body.ast))),
  post: isPost
}
