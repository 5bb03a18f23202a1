/** The answers of all processes about one message as one list. */
import type { TracedStation } from "../domain/MessageTrace.ts"
import type { ProcessAnswer, TraceRow } from "../protocol/Inspection.ts"

/** When the question was sent and the last answer was there, by the asking process's wall clock (ms). */
export interface Asked {
  readonly from: number
  readonly until: number
}

export interface StationFound extends Omit<TracedStation, "userId" | "deviceId"> {
  readonly log: string
  readonly userId: string | undefined
  readonly deviceId: string | undefined
}

/** `open`: returns the id of a pseudonym. */
export const stationsOf = (
  answers: ReadonlyArray<ProcessAnswer>,
  { from, until }: Asked,
  open: (pseudonym: string) => string | undefined
): ReadonlyArray<StationFound> =>
  answers
    .flatMap(({ at, body, host, node, role }): ReadonlyArray<StationFound> => {
      if (body._tag !== "Trace") return []
      const clock = { clockAheadMs: at - (from + until) / 2, clockDoubtMs: (until - from) / 2 }
      return body.rows.map((row) => ({ ...stationOf(row, open), role, host, node, ...clock }))
    })
    .sort((a, b) => onOneClock(a) - onOneClock(b))

const onOneClock = ({ at, clockAheadMs }: StationFound): number => at - clockAheadMs

const stationOf = (
  { at, code, device, log, seq, station, user }: TraceRow,
  open: (pseudonym: string) => string | undefined
) => ({
  station,
  at,
  log,
  userId: user === undefined ? undefined : open(user),
  deviceId: device === undefined ? undefined : open(device),
  ...(seq === undefined ? {} : { seq }),
  ...(code === undefined ? {} : { code })
})
