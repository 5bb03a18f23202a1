/** The history of accounts, in memory. */

import { Activities, failuresWithinMs } from "@hibiki/core/ports/Activities"
import { Clock, Effect, Layer } from "effect"
import { AccountsState, note } from "./AccountsState.ts"

export const ActivitiesMemory = Layer.effect(
  Activities,
  Effect.map(AccountsState, (state) =>
    Activities.of({
      page: (userId, before, limit) =>
        Effect.sync(() =>
          (state.activities.get(userId) ?? [])
            .filter(({ id }) => before === undefined || id < before)
            .slice(-limit)
            .reverse()
        ),
      signInFailed: (userId) =>
        Effect.map(Clock.currentTimeMillis, (now) => {
          const entries = state.activities.get(userId) ?? []
          const hourOf = (at: number) => Math.floor(at / failuresWithinMs)
          const at = entries.findIndex((entry) => entry.kind === "signInFailed" && hourOf(entry.at) === hourOf(now))
          const found = entries[at]
          if (found === undefined) note(state, userId, now, { kind: "signInFailed" })
          else entries[at] = { ...found, count: (found.count ?? 1) + 1 }
        }),
      traced: (userIds) =>
        Effect.map(Clock.currentTimeMillis, (now) => {
          for (const userId of new Set(userIds))
            if (state.accounts.has(userId)) note(state, userId, now, { kind: "messageTraced" })
        })
    })
  )
)
