/** Explains in sentences, from the records, why a user did or did not get a push for a message. */
import type { PushFacts } from "../ports/PushStore.ts"

const time = (ms: number): string => new Date(ms).toISOString()

const outcomes: Readonly<Record<string, string>> = {
  sent: "was sent",
  cancelled: "was taken back, since it was read or its conversation left",
  unreachable: "went nowhere: the device has no address for pushes",
  revoked: "was not sent: the device is signed out",
  left: "was not sent: no member any more",
  read: "was not sent: it was read before",
  muted: "was not sent: the conversation was muted",
  blocked: "was not sent: who wrote it was blocked",
  active: "was not sent: a device was in use",
  failed: "was given up after too many tries"
}

/** `who` is a handle. */
export const whyLines = (facts: PushFacts, who: string, seq: number): ReadonlyArray<string> => {
  const { head, isMember, isMuted, lookAt, owed, readUpTo, records } = facts
  if (head < seq) return [`There is no message ${seq} in this conversation.`]
  const state = [
    ...(isMember ? [] : [`${who} is not a member of this conversation.`]),
    ...(isMuted ? [`${who} has muted this conversation.`] : []),
    readUpTo >= seq
      ? `${who} has read up to ${readUpTo}, so message ${seq} too.`
      : `${who} has read up to ${readUpTo}, and message ${seq} not yet.`
  ]
  const lines = [
    ...owed.map(({ deviceId, dueAt, owedAt, seq: upTo, state, tries }) => {
      const what = `Device ${deviceId}: for what is unread up to ${upTo}, a push`
      if (state === "sent")
        return `${what} that was owed from ${time(owedAt)} on was sent. Until it is read there is no other.`
      const when = `at ${time(dueAt ?? owedAt)}${tries > 0 ? `, after ${tries} ${tries === 1 ? "try" : "tries"}` : ""}`
      return state === "due" ? `${what} is due ${when}.` : `${what} that was sent is taken back ${when}.`
    }),
    ...records.map(
      ({ at, deviceId, seq: upTo, what }) =>
        `${time(at)}, device ${deviceId}: up to ${upTo}, a push ${outcomes[what] ?? what}.`
    )
  ]
  if (lookAt !== undefined)
    lines.push(`The conversation is looked at again at ${time(lookAt)}: until then more may become due.`)
  if (owed.length === 0 && records.length === 0)
    lines.push(
      "No push is due or on record: whenever the conversation was looked at, it was read already, muted, by somebody who is blocked, a device was in use, or there was no device that could be woken."
    )
  return [...state, ...lines]
}
