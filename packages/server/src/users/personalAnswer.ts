/** Answers of the account functions in SQL: which devices ended, and what came into the personal log. */

import { SqlError } from "@effect/sql/SqlError"
import { type DeviceId, personalLog, type UserId } from "@hibiki/core/domain/Ids"
import { type LogChange, StoreUnavailable } from "@hibiki/core/messages/EventStore"
import type { Revocation } from "@hibiki/core/users/Users"
import { Effect, Random, Schedule } from "effect"
import { seqNumber } from "../infra/seqNumber.ts"
import { sqlState } from "../infra/sqlState.ts"
import { type EventTuple, eventOf } from "../messages/eventTuple.ts"

/** [head, events]. */
export type ChangeAnswer = readonly [head: number, events: ReadonlyArray<EventTuple>]
/** [devices, head, events]. */
export type RevocationAnswer = readonly [devices: ReadonlyArray<DeviceId>, ...ChangeAnswer]

export const changesOf = (userId: UserId, [head, events]: ChangeAnswer): ReadonlyArray<LogChange> =>
  events.length === 0 ? [] : [{ log: personalLog(userId), head: seqNumber(head), events: events.map(eventOf) }]

export const revocationOf = (userId: UserId, [devices, head, events]: RevocationAnswer): Revocation => ({
  devices,
  changes: changesOf(userId, [head, events])
})

/**
 * A statement as the ports tell it. One that the database ended for another's sake (a deadlock, a serialization failure) did nothing
 * and is run again, 3 times at most.
 */
export const stored =
  (operation: string) =>
  <A, E, R>(statement: Effect.Effect<A, E, R>) =>
    statement.pipe(
      Effect.retry({ while: isLostRace, schedule: again }),
      Effect.catchIf(
        (error): error is Extract<E, SqlError> => error instanceof SqlError,
        (cause) => new StoreUnavailable({ operation, cause })
      )
    )

const lostRaces = new Set(["40P01", "40001"])
const isLostRace = (error: unknown): boolean => error instanceof SqlError && lostRaces.has(sqlState(error) ?? "")
const again = Schedule.recurs(3).pipe(Schedule.addDelayEffect(() => Random.nextIntBetween(1, 30)))
