/**
 * Envelopes as JSON, from workers to gateways and api processes. An unreadable envelope counts as lost, and the
 * envelope numbers reveal the gap.
 */

import type { LogChange } from "@hibiki/core/commands/Decision"
import { isUuid } from "@hibiki/core/domain/TextRules"
import type { Envelope } from "@hibiki/core/ports/Submission"
import { parseJson } from "@hibiki/core/protocol/Json"

/**
 * Encodes the envelopes of one publish. Envelopes to different nodes differ in their numbers and share most of their
 * changes, which make up nearly all of their size: the encoder writes each change once.
 */
export class EnvelopeEncoder {
  readonly #envelopes = new Map<Envelope, Buffer>()
  readonly #changes = new Map<LogChange, string>()

  encode(envelope: Envelope): Buffer {
    const known = this.#envelopes.get(envelope)
    if (known !== undefined) return known
    const { changes, ...rest } = envelope
    const head = JSON.stringify(rest)
    const content = Buffer.from(
      `${head.slice(0, -1)},"changes":[${changes.map((change) => this.#change(change)).join(",")}]}`
    )
    this.#envelopes.set(envelope, content)
    return content
  }

  #change(change: LogChange): string {
    const known = this.#changes.get(change)
    if (known !== undefined) return known
    const text = JSON.stringify(change)
    this.#changes.set(change, text)
    return text
  }
}

/** Returns undefined if it is not an envelope of this version. Passes unknown fields through. */
export const decodeEnvelope = (content: Buffer): Envelope | undefined => {
  const value = parseJson(content.toString("utf8"))
  return isEnvelope(value) ? value : undefined
}

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value)
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0

const isEnvelope = (value: unknown): value is Envelope => {
  if (!isFields(value)) return false
  const { after, answers, changes, epoch, headsRaised, number, v, worker } = value
  return (
    v === 1 &&
    typeof worker === "string" &&
    isCount(number) &&
    isCount(after) &&
    typeof headsRaised === "boolean" &&
    isUuid(epoch) &&
    Array.isArray(changes) &&
    changes.every(isChange) &&
    Array.isArray(answers) &&
    answers.every(isAnswer)
  )
}

const isChange = (value: unknown): boolean => {
  if (!isFields(value)) return false
  const { cells, events, head, log } = value
  return (
    isUuid(log) &&
    isCount(head) &&
    Array.isArray(events) &&
    events.every((event) => isFields(event) && isCount(event["seq"])) &&
    (cells === undefined || (Array.isArray(cells) && cells.every(isCell)))
  )
}

const isCell = (value: unknown): boolean => {
  if (!isFields(value)) return false
  const { asOf, conversationId, markedSeq, markedUnreadAt, readUpTo } = value
  const hasMark = isCount(markedSeq) && isCount(markedUnreadAt)
  return (
    isUuid(conversationId) &&
    isCount(asOf) &&
    isCount(readUpTo) &&
    (hasMark || (markedSeq === undefined && markedUnreadAt === undefined))
  )
}

const isAnswer = (value: unknown): boolean => {
  if (!isFields(value)) return false
  const { key, log, result } = value
  if (typeof key !== "string" || !isUuid(log) || !isFields(result)) return false
  return result["_tag"] === "Busy"
    ? Array.isArray(result["ids"])
    : result["_tag"] === "Decided" && Array.isArray(result["outcomes"])
}
