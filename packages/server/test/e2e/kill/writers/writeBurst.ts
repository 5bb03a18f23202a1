/**
 * What one device's person does in one round: posts, and now and then a change of what is there, a look at a list, a
 * read.
 */
import type { ConversationId } from "@hibiki/core/domain/Ids"
import type { MessageRow } from "@hibiki/core/domain/MessageRow"
import type { Pace } from "../load.ts"
import type { Recorder } from "../recording/Recorder.ts"
import { submit, type Writer } from "./Writer.ts"

/** Why a post was not taken, of those that were not. */
export const writeBurst = (
  recorder: Recorder,
  writer: Writer,
  pace: Pace,
  round: number,
  turn: number
): ReadonlyArray<string> => {
  const problems: Array<string> = []
  const { client, conversations } = writer
  for (let i = 0; i < pace.posts; i++) {
    const conversationId = conversations[(round + i) % conversations.length]
    if (conversationId === undefined) continue
    const text = `round ${round}, post ${i}`
    const result = submit(recorder, writer, conversationId, { kind: "post", text }, () =>
      client.post(conversationId, text)
    )
    // A device that was away for long has as much waiting as it may: it says so, and its person would wait.
    if (result._tag === "NotQueued" && result.code !== "outbox_full")
      problems.push(`a post was not taken: ${result.code}`)
  }
  const looked = conversations[round % conversations.length]
  if ((round + turn) % pace.lookEveryRounds === 0 && looked !== undefined)
    lookAt(recorder, writer, looked, round, pace.screen)
  return problems
}

const lookAt = (
  recorder: Recorder,
  writer: Writer,
  conversationId: ConversationId,
  round: number,
  screen: number
): void => {
  const { account, client } = writer
  const entries = client.feed(conversationId)?.entries.slice(-screen) ?? []
  recorder.record({ _tag: "shown", device: account.deviceId, conversationId, entries })
  const rows = entries.flatMap((entry) => (entry._tag === "row" && entry.row.kind === "posted" ? [entry.row] : []))
  const newest = rows.at(-1)
  if (newest === undefined) return
  client.read(conversationId, newest.seq)
  change(recorder, writer, conversationId, rows, round)
}

const change = (
  recorder: Recorder,
  writer: Writer,
  conversationId: ConversationId,
  rows: ReadonlyArray<MessageRow>,
  round: number
): void => {
  const { account, client } = writer
  const own = rows.findLast(({ by }) => by === account.userId)?.seq
  const others = rows.findLast(({ by }) => by !== account.userId)?.seq
  if (own !== undefined) {
    const text = `changed in round ${round}`
    submit(recorder, writer, conversationId, { kind: "edit", target: own, text }, () =>
      client.edit(conversationId, own, text)
    )
  }
  if (others !== undefined)
    submit(recorder, writer, conversationId, { kind: "react", target: others, emoji: "👍" }, () =>
      client.react(conversationId, others, "👍", true)
    )
}
