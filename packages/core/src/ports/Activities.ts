/**
 * Port: the activity log of accounts and their sign-ins, with entries of the last 90 days. A store notes every change
 * in the same transaction as the change itself, for any caller. Entries are only added; the one exception is the count
 * of wrong passwords.
 */
import { Context, type Effect } from "effect"
import type { Activity } from "../domain/Activity.ts"
import type { UserId } from "../domain/Ids.ts"
import type { StoreUnavailable } from "./EventStore.ts"

export const activityDays = 90
/** All wrong passwords within this time form one entry (ms). */
export const failuresWithinMs = 3_600_000

export class Activities extends Context.Tag("@hibiki/core/ports/Activities")<
  Activities,
  {
    /** Entries of one account, newest first: below the id `before`, or from the newest on. At most `limit`. */
    readonly page: (
      userId: UserId,
      before: number | undefined,
      limit: number
    ) => Effect.Effect<ReadonlyArray<Activity>, StoreUnavailable>
    /** Notes a wrong password for this account, which must exist. The one entry of the hour counts it. */
    readonly signInFailed: (userId: UserId) => Effect.Effect<void, StoreUnavailable>
    /** Notes for each of these accounts that an administrator looked at the way of a message to or from them. */
    readonly traced: (userIds: ReadonlyArray<UserId>) => Effect.Effect<void, StoreUnavailable>
  }
>() {}
