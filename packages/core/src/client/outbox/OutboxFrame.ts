/** The next frame of a conversation's outbox: as many leading posts as one frame carries, or one command. */
import { Limits } from "../../domain/Limits.ts"
import type { CommandFrame, NewPost } from "../../protocol/CommandFrame.ts"
import { utf8Bytes } from "../../protocol/Json.ts"
import type { BadFrameCode } from "../../protocol/ServerFrame.ts"
import type { OutboxRow } from "./OutboxRow.ts"

/**
 * Rows in order; failed ones are passed over. Undefined: nothing is to be sent. A single post of any allowed text fits
 * a frame.
 */
export const frameOf = (
  rows: ReadonlyArray<OutboxRow>
): { readonly frame: CommandFrame; readonly rows: ReadonlyArray<OutboxRow> } | undefined => {
  const first = rows.find((row) => row.state !== "failed")
  if (first === undefined) return undefined
  if (first.state !== "withdrawn" && first.body.kind === "post") return postsOf(first, rows)
  return { frame: commandFrame(first), rows: [first] }
}

/** Whether a refusal says that the frame could not be read, whatever its other rows were. */
export const couldNotBeRead = (code: string): boolean => badFrameCodes.has(code)

const badFrameCodes: ReadonlySet<string> = new Set<BadFrameCode>([
  "not_json",
  "too_deep",
  "too_large",
  "unknown_op",
  "unknown_field",
  "missing_field",
  "bad_type",
  "bad_id",
  "bad_number",
  "nul",
  "surrogate",
  "too_long",
  "blank",
  "too_many_marks",
  "not_emoji",
  "empty"
])

/** Everything of a post frame that is not a post. */
const envelopeBytes = 100

const postsOf = (
  first: OutboxRow,
  rows: ReadonlyArray<OutboxRow>
): { readonly frame: CommandFrame; readonly rows: ReadonlyArray<OutboxRow> } => {
  const taken: Array<OutboxRow> = []
  const posts: Array<NewPost> = []
  let bytes = envelopeBytes
  for (const row of rows) {
    if (row.state === "failed") continue
    if (row.body.kind !== "post" || row.state === "withdrawn" || posts.length === Limits.postsPerFrame) break
    const post: NewPost =
      row.body.replyTo === undefined
        ? { id: row.id, text: row.body.text }
        : { id: row.id, text: row.body.text, replyTo: row.body.replyTo }
    bytes += utf8Bytes(JSON.stringify(post)) + 1
    if (bytes > Limits.frameBytes && posts.length > 0) break
    taken.push(row)
    posts.push(post)
  }
  return { frame: { op: "post", conversationId: first.conversationId, posts }, rows: taken }
}

const commandFrame = ({ id, conversationId, state, body }: OutboxRow): CommandFrame => {
  if (state === "withdrawn" || body.kind === "post") return { op: "withdraw", id, conversationId }
  switch (body.kind) {
    case "edit":
      return { op: "edit", id, conversationId, target: body.target, text: body.text }
    case "delete":
      return { op: "delete", id, conversationId, target: body.target }
    case "react":
      return { op: "react", id, conversationId, target: body.target, emoji: body.emoji, on: body.on }
  }
}
