/** Answers of the account functions in SQL: the devices that ended, and the new events of the personal log. */

import { SqlError } from "@effect/sql/SqlError"
import type { LogChange } from "@hibiki/core/commands/Decision"
import { type DeviceId, personalLog, type UserId } from "@hibiki/core/domain/Ids"
import { StoreUnavailable } from "@hibiki/core/ports/EventStore"
import type { Disabling, Revocation } from "@hibiki/core/ports/Users"
import { Effect } from "effect"
import { type EventTuple, eventOf } from "./eventTuple.ts"
import { seqNumber } from "./seqNumber.ts"

/** [head, events]. */
export type ChangeAnswer = readonly [head: number, events: ReadonlyArray<EventTuple>]
/** [devices, head, events]. */
export type RevocationAnswer = readonly [devices: ReadonlyArray<DeviceId>, ...ChangeAnswer]
/** [devices, head, events, invites]. */
export type DisablingAnswer = readonly [...RevocationAnswer, invites: number]

export const changesOf = (userId: UserId, [head, events]: ChangeAnswer): ReadonlyArray<LogChange> =>
  events.length === 0 ? [] : [{ log: personalLog(userId), head: seqNumber(head), events: events.map(eventOf) }]

export const revocationOf = (userId: UserId, [devices, head, events]: RevocationAnswer): Revocation => ({
  devices,
  changes: changesOf(userId, [head, events])
})

export const disablingOf = (userId: UserId, [devices, head, events, invites]: DisablingAnswer): Disabling => ({
  ...revocationOf(userId, [devices, head, events]),
  invites
})

/**
 * Maps a statement's failure to the error of the ports. Account code locks a personal log first and holds no other row
 * while it waits for one, so no statement ends in a deadlock.
 */
export const stored =
  (operation: string) =>
  <A, E, R>(statement: Effect.Effect<A, E, R>) =>
    Effect.catchIf(
      statement,
      (error): error is Extract<E, SqlError> => error instanceof SqlError,
      (cause) => new StoreUnavailable({ operation, cause })
    )
