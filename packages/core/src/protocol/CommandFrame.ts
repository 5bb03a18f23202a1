/** Frames of commands. One carries several posts, or one command of another kind with the fields of that kind's body. */
import { Option, SchemaAST } from "effect"
import type { CommandBody, CommandKindName } from "../commands/Command.ts"
import { commandKinds } from "../commands/commandKinds.ts"
import type { CommandId, ConversationId } from "../domain/Ids.ts"
import type { BadFrameCode } from "./ServerFrame.ts"

/** Kinds that have a frame of their own, named after them. */
const singleOps = ["edit", "delete", "react", "withdraw"] as const
/** The kind that such a frame is with `on: false`. */
const offKinds = { react: "unreact" } as const

type SingleOp = (typeof singleOps)[number]
type FieldsOf<Kind extends CommandKindName> = Omit<Extract<CommandBody, { readonly kind: Kind }>, "kind">

export interface NewPost extends FieldsOf<"post"> {
  readonly id: CommandId
}

/** Taken or not as a whole; decided one by one. */
interface PostFrame {
  readonly op: "post"
  readonly conversationId: ConversationId
  readonly posts: ReadonlyArray<NewPost>
}

type SingleFrameOf<Op extends SingleOp> = FieldsOf<Op> & {
  readonly op: Op
  /** Of a `withdraw` the post's own. */
  readonly id: CommandId
  readonly conversationId: ConversationId
} & (Op extends keyof typeof offKinds ? { readonly on: boolean } : unknown)

type SingleFrame = { readonly [Op in SingleOp]: SingleFrameOf<Op> }[SingleOp]

export type CommandFrame = PostFrame | SingleFrame

export const commandOps: ReadonlySet<CommandFrame["op"]> = new Set(["post", ...singleOps])

export const isCommandFrame = (frame: { readonly op: string }): frame is CommandFrame => (commandOps as ReadonlySet<string>).has(frame.op)

/** What a frame asks, in order. */
export const commandsIn = (frame: CommandFrame): ReadonlyArray<{ readonly id: CommandId; readonly body: CommandBody }> =>
  frame.op === "post"
    ? frame.posts.map(({ id, replyTo, text }) => ({
        id,
        body: replyTo === undefined ? { kind: "post", text } : { kind: "post", text, replyTo }
      }))
    : [{ id: frame.id, body: bodyOf(frame) }]

const bodyOf = (frame: SingleFrame): CommandBody => {
  const { conversationId: _, id: __, op, ...fields } = frame
  const off = offKind(op)
  // Its fields are those of its kind, which no type can follow by name.
  if (off === undefined) return { kind: op, ...fields } as CommandBody
  const { on, ...rest } = fields as { readonly on: boolean }
  return { kind: on ? op : off, ...rest } as CommandBody
}

const offKind = (op: SingleOp): CommandKindName | undefined => (offKinds as { readonly [Op in SingleOp]?: CommandKindName })[op]

interface Problem {
  readonly code: BadFrameCode
  readonly field: string
}

interface SingleFrameRules {
  readonly fields: ReadonlyArray<string>
  /** What is wrong with the fields of the command, which has an id and a conversation. */
  readonly problemIn: (frame: Readonly<Record<string, unknown>>) => Problem | undefined
}

interface FieldRules {
  readonly field: string
  readonly problemOf: (value: unknown) => BadFrameCode | undefined
}

const forms: Readonly<Record<string, { readonly type: string; readonly code: BadFrameCode }>> = {
  StringKeyword: { type: "string", code: "bad_id" },
  NumberKeyword: { type: "number", code: "bad_number" },
  BooleanKeyword: { type: "boolean", code: "bad_type" }
}

/** Of a rule that says what it misses, that is the code. */
const rulesOf = (field: string, schema: SchemaAST.AST): FieldRules => {
  const rules: Array<SchemaAST.Refinement> = []
  let base = schema
  for (; SchemaAST.isRefinement(base); base = base.from) rules.unshift(base)
  const form = forms[base._tag]
  if (form === undefined) throw new Error(`a frame can't have the field ${field}: it is no text, number or boolean`)
  const problemOf = (value: unknown): BadFrameCode | undefined => {
    if (typeof value !== form.type) return value === undefined ? "missing_field" : "bad_type"
    for (const rule of rules) {
      const missed = Option.getOrUndefined(rule.filter(value, SchemaAST.defaultParseOption, rule))
      if (missed !== undefined) return missed._tag === "Type" && missed.message !== undefined ? (missed.message as BadFrameCode) : form.code
    }
    return undefined
  }
  return { field, problemOf }
}

const bodyRules = (kind: CommandKindName): ReadonlyArray<FieldRules> =>
  SchemaAST.getPropertySignatures(commandKinds[kind].body.ast)
    .filter(({ name }) => name !== "kind")
    .map(({ name, type }) => rulesOf(String(name), type))

const firstProblem = (rules: ReadonlyArray<FieldRules>, frame: Readonly<Record<string, unknown>>): Problem | undefined => {
  for (const { field, problemOf } of rules) {
    const code = problemOf(frame[field])
    if (code !== undefined) return { code, field }
  }
  return undefined
}

const frameRules = (op: SingleOp): SingleFrameRules => {
  const rules = bodyRules(op)
  const fields = ["op", "id", "conversationId", ...rules.map(({ field }) => field)]
  const off = offKind(op)
  if (off === undefined) return { fields, problemIn: (frame) => firstProblem(rules, frame) }
  const offRules = [...bodyRules(off), rulesOf("on", SchemaAST.booleanKeyword)]
  return { fields: [...fields, "on"], problemIn: (frame) => firstProblem(frame["on"] === true ? rules : offRules, frame) }
}

/** By `op`. */
export const singleFrames: ReadonlyMap<string, SingleFrameRules> = new Map(singleOps.map((op) => [op, frameRules(op)]))
