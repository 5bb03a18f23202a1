/** Serves the calls by which a device subscribes to push notifications. */
import { AccountPolicy } from "@hibiki/core/accounts/AccountPolicy"
import { unavailable } from "@hibiki/core/accounts/Middlewares"
import { makeSpend } from "@hibiki/core/accounts/makeSpend"
import { PushServices } from "@hibiki/core/ports/PushServices"
import { PushStore } from "@hibiki/core/ports/PushStore"
import { CurrentIdentity } from "@hibiki/core/protocol/rpc/AuthMiddleware"
import { PushRpcs } from "@hibiki/core/protocol/rpc/DeviceRpcs"
import { NotFound } from "@hibiki/core/protocol/rpc/RpcErrors"
import { Clock, Effect } from "effect"

export const PushHandlers = PushRpcs.toLayer(
  Effect.gen(function* () {
    const services = yield* PushServices
    const store = yield* PushStore
    const spend = yield* makeSpend
    const { limits } = yield* AccountPolicy
    /** The caller's device. Limited to as many changes of its subscription as a user may make. */
    const device = Effect.gen(function* () {
      const { deviceId, userId } = yield* CurrentIdentity
      yield* spend(limits.pushUser, userId)
      return deviceId
    })
    return PushRpcs.of({
      "push.key": () => (services.key === undefined ? new NotFound() : Effect.succeed({ key: services.key })),
      "push.subscribe": (address) =>
        Effect.gen(function* () {
          const deviceId = yield* device
          if (!services.serves(address.endpoint)) return yield* new NotFound()
          yield* store.setAddress(deviceId, address, yield* Clock.currentTimeMillis)
          return {}
        }).pipe(Effect.catchTag("StoreUnavailable", unavailable)),
      "push.unsubscribe": () =>
        Effect.flatMap(device, (deviceId) => store.removeAddress(deviceId)).pipe(
          Effect.as({}),
          Effect.catchTag("StoreUnavailable", unavailable)
        )
    })
  })
)
