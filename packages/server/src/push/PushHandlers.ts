/** Serves the calls by which a device lets itself be woken. */
import { unavailable } from "@hibiki/core/auth/Middlewares"
import { CurrentIdentity } from "@hibiki/core/protocol/rpc/AuthMiddleware"
import { PushRpcs } from "@hibiki/core/protocol/rpc/PushRpcs"
import { NotFound } from "@hibiki/core/protocol/rpc/RpcErrors"
import { PushServices } from "@hibiki/core/push/PushServices"
import { PushStore } from "@hibiki/core/push/PushStore"
import { Clock, Effect } from "effect"

export const PushHandlers = PushRpcs.toLayer(
  Effect.gen(function* () {
    const services = yield* PushServices
    const store = yield* PushStore
    return PushRpcs.of({
      "push.key": () => (services.key === undefined ? new NotFound() : Effect.succeed({ key: services.key })),
      "push.subscribe": (address) =>
        Effect.gen(function* () {
          if (!services.serves(address.endpoint)) return yield* new NotFound()
          yield* store.setAddress((yield* CurrentIdentity).deviceId, address, yield* Clock.currentTimeMillis)
          return {}
        }).pipe(Effect.catchTag("StoreUnavailable", unavailable)),
      "push.unsubscribe": () =>
        Effect.flatMap(CurrentIdentity, ({ deviceId }) => store.removeAddress(deviceId)).pipe(
          Effect.as({}),
          Effect.catchTag("StoreUnavailable", unavailable)
        )
    })
  })
)
