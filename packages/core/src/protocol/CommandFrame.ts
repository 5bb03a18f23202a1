/**
 * Frames of commands. One carries several posts, or one command of another kind with the fields of that kind's body.
 */
import type { CommandBody, CommandKindName } from "../commands/Command.ts"
import type { CommandId, ConversationId } from "../domain/Ids.ts"

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

export const isCommandFrame = (frame: { readonly op: string }): frame is CommandFrame =>
  (commandOps as ReadonlySet<string>).has(frame.op)

/** What a frame asks, in order. */
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
  // Its fields are those of its kind, which no type can follow by name.
  if (off === undefined) return { kind: op, ...fields } as CommandBody
  const { on, ...rest } = fields as { readonly on: boolean }
  return { kind: on ? op : off, ...rest } as CommandBody
}

const offKind = (op: SingleOp): CommandKindName | undefined =>
  (offKinds as { readonly [Op in SingleOp]?: CommandKindName })[op]
