/** Whom nobody would wake by a dot on a screen. */
import { Effect } from "effect"
import type { UserId } from "../domain/Ids.ts"
import type { Presence } from "../ports/Presence.ts"

/** While presence is away, nobody is known to be there, and all are woken. */
export const inactive = (presence: Presence["Type"], users: ReadonlyArray<UserId>) =>
  presence.active(users).pipe(
    Effect.catchTag("PresenceUnavailable", () => Effect.succeed(new Set<UserId>())),
    Effect.map((active) => (userId: UserId) => !active.has(userId))
  )
