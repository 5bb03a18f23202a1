/** Serves calls about one's own devices. */

import { unavailable } from "@hibiki/core/accounts/Middlewares"
import { SignIns } from "@hibiki/core/accounts/SignIns"
import { ClientAddress, CurrentIdentity } from "@hibiki/core/protocol/rpc/AuthMiddleware"
import { activityDefault, DeviceRpcs } from "@hibiki/core/protocol/rpc/DeviceRpcs"
import { Effect } from "effect"

export const DeviceHandlers = DeviceRpcs.toLayer(
  Effect.map(SignIns, (signIns) =>
    DeviceRpcs.of({
      "device.list": () =>
        Effect.flatMap(CurrentIdentity, signIns.list).pipe(Effect.catchTag("StoreUnavailable", unavailable)),
      "me.activity": ({ before, limit = activityDefault }) =>
        Effect.flatMap(CurrentIdentity, (caller) => signIns.activity(caller, before, limit)).pipe(
          Effect.catchTag("StoreUnavailable", unavailable)
        ),
      "device.revoke": ({ deviceId, password }) =>
        Effect.gen(function* () {
          yield* signIns.revoke(yield* CurrentIdentity, deviceId, password, yield* ClientAddress)
          return {}
        }).pipe(Effect.catchTag("StoreUnavailable", unavailable)),
      "device.revokeOthers": ({ password }) =>
        Effect.gen(function* () {
          return { revoked: yield* signIns.revokeOthers(yield* CurrentIdentity, password, yield* ClientAddress) }
        }).pipe(Effect.catchTag("StoreUnavailable", unavailable))
    })
  )
)
