/** Serves calls about people. */

import { Directory } from "@hibiki/core/accounts/Directory"
import { unavailable } from "@hibiki/core/accounts/Middlewares"
import { CurrentIdentity } from "@hibiki/core/protocol/rpc/AuthMiddleware"
import { UserRpcs } from "@hibiki/core/protocol/rpc/UserRpcs"
import { Effect } from "effect"

export const UserHandlers = UserRpcs.toLayer(
  Effect.map(Directory, (directory) =>
    UserRpcs.of({
      "user.me": () =>
        Effect.flatMap(CurrentIdentity, directory.me).pipe(Effect.catchTag("StoreUnavailable", unavailable)),
      "user.updateProfile": ({ displayName }) =>
        Effect.flatMap(CurrentIdentity, (caller) => directory.updateProfile(caller, displayName)).pipe(
          Effect.catchTag("StoreUnavailable", unavailable)
        ),
      "user.updateSettings": ({ invisible }) =>
        Effect.flatMap(CurrentIdentity, (caller) => directory.updateSettings(caller, invisible)).pipe(
          Effect.as({}),
          Effect.catchTag("StoreUnavailable", unavailable)
        ),
      "user.block": ({ on, userId }) =>
        Effect.flatMap(CurrentIdentity, (caller) => directory.block(caller, userId, on)).pipe(
          Effect.as({}),
          Effect.catchTag("StoreUnavailable", unavailable)
        ),
      "user.byIds": ({ userIds }) =>
        Effect.flatMap(CurrentIdentity, (caller) => directory.byIds(caller, userIds)).pipe(
          Effect.catchTag("StoreUnavailable", unavailable)
        ),
      "user.find": ({ limit, query }) =>
        Effect.flatMap(CurrentIdentity, (caller) => directory.find(caller, query, limit)).pipe(
          Effect.catchTag("StoreUnavailable", unavailable)
        )
    })
  )
)
