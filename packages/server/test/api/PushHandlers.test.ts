/** The calls by which a device lets itself be woken, over stores in memory. */
import { RpcClient, RpcTest } from "@effect/rpc"
import { assert, describe, it } from "@effect/vitest"
import { AccountPolicy } from "@hibiki/core/accounts/AccountPolicy"
import { DeviceId, UserId } from "@hibiki/core/domain/Ids"
import { RateLimitsLocal } from "@hibiki/core/inprocess/RateLimitsLocal"
import { PushServices } from "@hibiki/core/ports/PushServices"
import { AuthMiddleware } from "@hibiki/core/protocol/rpc/AuthMiddleware"
import { PushRpcs } from "@hibiki/core/protocol/rpc/DeviceRpcs"
import { Unauthenticated } from "@hibiki/core/protocol/rpc/RpcErrors"
import { ChatMemory } from "@hibiki/testing/ChatMemory"
import { PushStoreMemory } from "@hibiki/testing/PushStoreMemory"
import { Effect, Layer, TestClock } from "effect"
import { PushHandlers } from "../../src/api/PushHandlers.ts"

const deviceId = DeviceId.make("00000000-0000-7000-8000-00000000000d")
const [ada, grace] = ["00000000-0000-7000-8000-00000000000a", "00000000-0000-7000-8000-00000000000b"]
/** Whoever the token names is signed in. */
const TokenIsUser = Layer.succeed(
  AuthMiddleware,
  AuthMiddleware.of(({ headers }) =>
    headers.authorization === undefined
      ? Effect.fail(new Unauthenticated())
      : Effect.succeed({
          userId: UserId.make(headers.authorization),
          deviceId,
          handle: "x",
          admin: false,
          sessionVersion: 1
        })
  )
)
const Services = Layer.succeed(
  PushServices,
  PushServices.of({ key: "key", serves: (endpoint) => endpoint.startsWith("https://push.example/") })
)
const World = PushHandlers.pipe(
  Layer.provideMerge(TokenIsUser),
  Layer.provide([
    PushStoreMemory.pipe(Layer.provide(ChatMemory.layer)),
    Services,
    AccountPolicy.with({}),
    RateLimitsLocal
  ])
)

const as = (userId: string) => RpcClient.withHeaders({ authorization: userId })
const addressAt = (endpoint: string) => ({ endpoint, p256dh: `B${"A".repeat(86)}`, auth: "A".repeat(22) })
const outcome = <A, E extends { readonly _tag: string }, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<string, never, R> => Effect.match(effect, { onFailure: ({ _tag }) => _tag, onSuccess: () => "ok" })

describe("calls about being woken", () => {
  it.scoped("change where a device is woken as often as tabs and reloads need it, and no more", () =>
    Effect.gen(function* () {
      const { push } = yield* RpcTest.makeClient(PushRpcs)
      const subscribe = outcome(push.subscribe(addressAt("https://push.example/1")))
      for (let n = 0; n < 28; n++) assert.strictEqual(yield* as(ada)(subscribe), "ok")
      // An address that is not served is looked at too.
      assert.strictEqual(yield* as(ada)(outcome(push.subscribe(addressAt("https://elsewhere.example/1")))), "NotFound")
      assert.strictEqual(yield* as(ada)(outcome(push.unsubscribe())), "ok")
      for (const call of [subscribe, outcome(push.unsubscribe())])
        assert.strictEqual(yield* as(ada)(call), "RateLimited")
      assert.strictEqual(yield* as(ada)(outcome(push.key())), "ok")
      assert.strictEqual(yield* as(grace)(subscribe), "ok")
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual([yield* as(ada)(subscribe), yield* as(ada)(subscribe)], ["ok", "RateLimited"])
    }).pipe(Effect.provide(World))
  )
})
