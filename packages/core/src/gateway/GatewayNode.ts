/** Who a gateway is: its name, the store that it works with, and what every actor of it takes from its surroundings. */
import { Context, Effect, Layer } from "effect"
import { type Epoch, NodeId } from "../domain/Ids.ts"
import { makeSeededUuidV7, RandomBytes, uuidV7 } from "../domain/Uuid.ts"
import { makeStart, type Start } from "../fibers/Background.ts"
import { makeWallClock } from "../fibers/Time.ts"
import { EventStore } from "../ports/EventStore.ts"

export class GatewayNode extends Context.Tag("@hibiki/core/gateway/GatewayNode")<
  GatewayNode,
  {
    /** New with each start. */
    readonly node: NodeId
    /** Of the store that this gateway began with. */
    readonly epoch: Epoch
    /** Starts an Effect that outlives the actor that starts it. Ends with the gateway. */
    readonly run: Start
    /** The wall clock's time at a time of the actors' clock. */
    readonly onWall: (atMs: number) => number
    /** A fresh UUIDv7, for commands that the gateway makes itself. */
    readonly makeId: (nowMs: number) => string
  }
>() {
  static readonly layer = Layer.scoped(
    this,
    Effect.gen(function* () {
      const node = NodeId.make(yield* makeSeededUuidV7)
      const { epoch } = yield* EventStore
      const run = yield* makeStart
      const onWall = yield* makeWallClock
      const randomBytes = yield* RandomBytes
      return { node, epoch, run, onWall, makeId: (nowMs: number) => uuidV7(Math.floor(nowMs), randomBytes(10)) }
    })
  )
}
