import { assert, it } from "@effect/vitest"
import { DeviceId, UserId } from "@hibiki/core/domain/Ids"
import { TicketsInProcess } from "@hibiki/core/inprocess/TicketsInProcess"
import { type TicketOwner, Tickets, TicketsUnavailable } from "@hibiki/core/ports/Tickets"
import { SecretsMemory } from "@hibiki/testing/accounts/SecretsMemory"
import { Duration, Effect, Layer } from "effect"
import { makeLogLines } from "../../../core/test/world/logLines.ts"
import { HotTickets, StoredTickets, TicketsCluster } from "../../src/roles/TicketsCluster.ts"

const ann: TicketOwner = {
  userId: UserId.make("00000000-0000-7000-8000-000000000001"),
  deviceId: DeviceId.make("00000000-0000-7000-8000-000000000002"),
  sessionVersion: 1
}
const ttl = Duration.seconds(30)

it.effect(
  "that tickets can't be looked up is told once of each place where they lie, however many come, and once when they can",
  () => {
    const { keep, lines } = makeLogLines()
    let away = false
    const fails = Effect.fail(new TicketsUnavailable({ cause: "away" }))
    const inProcess = Layer.provide(TicketsInProcess, SecretsMemory)
    const hot = Layer.effect(
      HotTickets,
      Effect.map(Tickets, ({ issue, redeem }) => ({
        issue,
        redeem: (...given) => Effect.suspend(() => (away ? fails : redeem(...given)))
      }))
    ).pipe(Layer.provide(Layer.fresh(inProcess)))
    const stored = Layer.effect(StoredTickets, Tickets).pipe(Layer.provide(inProcess))
    return Effect.gen(function* () {
      const { issue, redeem } = yield* Tickets
      const comeBack = Effect.flatMap(issue(ann, "", ttl, "resume"), (ticket) => redeem(ticket, ""))
      const come = Effect.flatMap(issue(ann, "", ttl, "open"), (ticket) => redeem(ticket, ""))
      assert.deepStrictEqual([yield* come, yield* comeBack, lines], [ann, ann, []])
      away = true
      // Whose ticket is lost there comes with one of the store.
      for (let i = 0; i < 10; i++)
        assert.deepStrictEqual([(yield* Effect.flip(comeBack))._tag, yield* come], ["TicketsUnavailable", ann])
      const began = "WARN Tickets of sockets that come back could not be looked up"
      assert.deepStrictEqual(lines, [began])
      away = false
      assert.deepStrictEqual(yield* Effect.all([comeBack, comeBack]), [ann, ann])
      assert.deepStrictEqual(lines, [began, "INFO Tickets of sockets that come back can be looked up again"])
    }).pipe(Effect.provide(TicketsCluster.pipe(Layer.provide([hot, stored]))), keep)
  }
)
