/**
 * A revoked device is cut off: no new call is accepted. Within 5 s its sockets are closed and it receives nothing more.
 */
import type { DeviceId } from "@hibiki/core/domain/Ids"
import type { Findings } from "./Findings.ts"
import type { HistoryIndex } from "./HistoryIndex.ts"

const cutWithinMs = 5_000
/** How long a process may remember the owner of a token. */
const tokenKnownMs = 1_000

interface Revocation {
  readonly entry: number
  readonly at: number
  /** From here on its sockets may do nothing. */
  readonly cutAt: number
}

export const recvAfterRevoke = (index: HistoryIndex, findings: Findings): void => {
  const revoked = new Map<DeviceId, Revocation>()
  index.entries.forEach((entry, i) => {
    if (entry._tag === "revoked" && !revoked.has(entry.device))
      revoked.set(entry.device, { entry: i, at: entry.at, cutAt: entry.at + (entry.withinMs ?? cutWithinMs) })
  })
  if (revoked.size === 0) return
  answeredLate(index, revoked, findings)
  heardLate(index, revoked, findings)
}

const answeredLate = (
  { entries }: HistoryIndex,
  revoked: ReadonlyMap<DeviceId, Revocation>,
  findings: Findings
): void => {
  const late = new Map<number, string>()
  entries.forEach((entry, i) => {
    if (
      entry._tag === "called" &&
      entry.at > (revoked.get(entry.device)?.at ?? Number.POSITIVE_INFINITY) + tokenKnownMs
    )
      late.set(entry.call, entry.name)
    if (entry._tag !== "answered" || !entry.isOk || !late.has(entry.call)) return
    findings.add(
      "recv-after-revoke",
      `${late.get(entry.call)} of ${entry.device} began after its revocation, and was answered`,
      { conversationId: entry.conversationId, devices: [entry.device] },
      i
    )
  })
}

const heardLate = ({ entries }: HistoryIndex, revoked: ReadonlyMap<DeviceId, Revocation>, findings: Findings): void => {
  const open = new Map<number, { readonly device: DeviceId; readonly at: number; readonly entry: number }>()
  const stayed = (socket: number, device: DeviceId, openedAt: number, until: number, entry?: number) => {
    const cutAt = revoked.get(device)?.cutAt
    // A socket that is opened later is refused everywhere, and has the same time to be closed.
    if (cutAt === undefined || until <= Math.max(cutAt, openedAt + cutWithinMs)) return
    findings.add(
      "recv-after-revoke",
      `Socket ${socket} of ${device} stayed open after its revocation`,
      { devices: [device], socket },
      entry
    )
  }
  entries.forEach((entry, i) => {
    if (!("device" in entry)) return
    const revocation = revoked.get(entry.device)
    if (revocation === undefined) return
    if (entry._tag === "opened") open.set(entry.socket, { device: entry.device, at: entry.at, entry: i })
    else if (entry._tag === "closed") {
      const opened = open.get(entry.socket)
      open.delete(entry.socket)
      if (opened !== undefined) stayed(entry.socket, entry.device, opened.at, entry.at, i)
      // Frames in flight to a slow reader at the close may still be read.
    } else if (entry._tag === "received" && entry.at > revocation.cutAt && open.has(entry.socket)) {
      // A device that dials anew gets only this notice again.
      if (entry.frame.op === "revoked") return
      findings.add(
        "recv-after-revoke",
        `${entry.device} received ${entry.frame.op} on socket ${entry.socket} after its revocation`,
        { devices: [entry.device], socket: entry.socket },
        i
      )
    }
  })
  const end = entries[entries.length - 1]?.at ?? 0
  for (const [socket, { at, device }] of open) stayed(socket, device, at, end)
}
