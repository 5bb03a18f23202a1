/**
 * Port: what happened to accounts and their sign-ins, kept for 90 days. What a store changes it notes together with the
 * change, whoever asks for that; entries are added and, but for how often a password was wrong, never changed.
 */
import { Context, type Effect } from "effect"
import type { Activity } from "../domain/Activity.ts"
import type { UserId } from "../domain/Ids.ts"
import type { StoreUnavailable } from "./EventStore.ts"

export const activityDays = 90
/** Wrong passwords of so long are one entry (ms). */
export const failuresWithinMs = 3_600_000

export class Activities extends Context.Tag("@hibiki/core/ports/Activities")<
  Activities,
  {
    /** Entries of one account, the newest first: below the id `before`, or from the newest on. At most `limit`. */
    readonly page: (
      userId: UserId,
      before: number | undefined,
      limit: number
    ) => Effect.Effect<ReadonlyArray<Activity>, StoreUnavailable>
    /**
     * Somebody did not know the password of this account, which exists. Counted in the entry of the hour, of which
     * there is one.
     */
    readonly signInFailed: (userId: UserId) => Effect.Effect<void, StoreUnavailable>
  }
>() {}
