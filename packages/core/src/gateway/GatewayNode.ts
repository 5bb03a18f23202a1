/** The identity of a gateway: its name, its store's epoch, and the surroundings that all its actors share. */
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
    /** The epoch of the store at this gateway's start. */
    readonly epoch: Epoch
    /** Starts an Effect that outlives the actor that starts it. Ends with the gateway. */
    readonly run: Start
    /** Converts a time of the actors' clock to the wall clock. */
    readonly onWall: (atMs: number) => number
    /** Returns a fresh UUIDv7, for commands that the gateway itself makes. */
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
