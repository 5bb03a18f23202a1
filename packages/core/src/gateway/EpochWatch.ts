/**
 * Detects that a restore replaced the store: every number in this process is then meaningless, and the process must
 * start anew.
 */
import { Context, Deferred, Effect, Layer } from "effect"
import type { Epoch } from "../domain/Ids.ts"
import { logFault, makeOutageLog } from "../fibers/logging.ts"
import { retryBackoff } from "../fibers/repeating.ts"
import { EventStore } from "../ports/EventStore.ts"
import { CloseCodes } from "../protocol/CloseCode.ts"
import { GatewaySessions } from "./device/GatewaySessions.ts"
import { GatewayNode } from "./GatewayNode.ts"

export class EpochWatch extends Context.Tag("@hibiki/core/gateway/EpochWatch")<
  EpochWatch,
  {
    /**
     * Whether an envelope is of this process's epoch. An envelope of another epoch may come from a process that has not
     * noticed a restore yet, so it starts a read of the store's epoch.
     */
    readonly isOurs: (epoch: Epoch) => boolean
    /** Whether a restore of the store was detected. */
    readonly isReplaced: () => boolean
    /** Completes when it was. */
    readonly replaced: Effect.Effect<void>
  }
>() {
  /** Closes all sockets when the store was replaced. */
  static readonly layer = Layer.effect(
    this,
    Effect.gen(function* () {
      const [{ run }, sessions] = [yield* GatewayNode, yield* GatewaySessions.Tag]
      return yield* makeEpochWatch(run, () => sessions.endAll(CloseCodes.moving))
    })
  )
}

const makeEpochWatch = (run: (effect: Effect.Effect<void>) => void, onReplaced: () => void) =>
  Effect.gen(function* () {
    const store = yield* EventStore
    const found = yield* Deferred.make<void>()
    let asking = false
    let replaced = false

    const away = makeOutageLog(
      "The store's epoch could not be read; trying again",
      "The store's epoch can be read again"
    )
    const ask = store.readEpoch.pipe(
      Effect.tapError(({ cause }) => away.met(cause)),
      Effect.retry(retryBackoff),
      Effect.zipLeft(away.over),
      Effect.flatMap((present) => {
        if (present === store.epoch)
          return Effect.logWarning("A process works with the epoch of another store: it has to be started anew")
        replaced = true
        onReplaced()
        return Effect.zipRight(
          Effect.logError(
            "The store was replaced: this process has to be started anew, and its sockets are asked to come back"
          ),
          Deferred.succeed(found, undefined)
        )
      }),
      Effect.catchAllCause(logFault("The store's epoch could not be read")),
      Effect.ensuring(
        Effect.sync(() => {
          asking = false
        })
      ),
      Effect.asVoid
    )
    return {
      isOurs: (epoch) => {
        if (epoch === store.epoch) return true
        if (!asking && !replaced) {
          asking = true
          run(ask)
        }
        return false
      },
      isReplaced: () => replaced,
      replaced: Deferred.await(found)
    } satisfies EpochWatch["Type"] as EpochWatch["Type"]
  })
