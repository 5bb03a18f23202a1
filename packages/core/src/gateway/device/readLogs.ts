/**
 * Reading logs for a user's sockets: one step of them at a time, whichever of them asks, so that many sockets of one
 * person take the store no more than one.
 */
import { Deferred, Effect, Exit, FiberId } from "effect"
import { readTime } from "../../domain/ReadTime.ts"
import { charge, fullBucket, spend } from "../../domain/TokenBucket.ts"
import type { SliceRequest, StoreUnavailable } from "../../ports/EventStore.ts"
import { utf8Bytes } from "../../protocol/Json.ts"
import type { GatewayPorts } from "../GatewayPorts.ts"
import type { SlicedRuns } from "../SlicedRuns.ts"
import type { DeviceSelf } from "./DeviceState.ts"

/**
 * UTF-8 bytes of the texts of one step, and one event more of each of its logs: a store that answers one question at a
 * time (PGlite) is kept by it for some milliseconds, be it 250 short events or 5 of the longest texts, and everybody
 * else's messages wait for no longer.
 */
export const stepBytes = 49_152

/** Slices in the order asked, in the turn of the socket's user. */
export const readLogs = (ports: GatewayPorts, self: DeviceSelf, requests: ReadonlyArray<SliceRequest>): Slices =>
  inTurn(ports, self, ports.slices(requests), Effect.void)

/**
 * As `readLogs`, of what one may ask for again and again: where such reads took long, the turn rests first. Whoever
 * comes back among thousands waits for the others' reads already, and does not rest for these, too.
 */
export const readLogsRested = (
  ports: GatewayPorts,
  self: DeviceSelf,
  requests: ReadonlyArray<SliceRequest>
): Slices => {
  const { ofUser } = self.state
  ofUser.logMillis ??= fullBucket(readTime, self.now())
  const time = ofUser.logMillis
  const read = Effect.suspend(() => {
    const beganMs = self.now()
    return Effect.ensuring(
      ports.slices(requests),
      Effect.sync(() => charge(time, readTime, self.now() - beganMs, self.now()))
    )
  })
  const rest = Effect.suspend(() => {
    const restMs = spend(time, readTime, 0, self.now())
    return restMs === 0 ? Effect.void : Effect.sleep(restMs)
  })
  return inTurn(ports, self, read, rest)
}

type Slices = Effect.Effect<ReadonlyArray<SlicedRuns>, StoreUnavailable>

/**
 * A socket that closes while it waits leaves the line. A read that has begun keeps its turn until the store has done
 * it, and the person is charged for it. Otherwise somebody who asks and hangs up would run many reads at once, for
 * nothing.
 */
const inTurn = (ports: GatewayPorts, self: DeviceSelf, read: Slices, rest: Effect.Effect<void>): Slices => {
  const { ofUser } = self.state
  ofUser.logTurn ??= Effect.unsafeMakeSemaphore(1)
  const turn = ofUser.logTurn
  const begin = (restore: <A, E>(wait: Effect.Effect<A, E>) => Effect.Effect<A, E>): Slices =>
    Effect.suspend(() => {
      const answer = Deferred.unsafeMake<ReadonlyArray<SlicedRuns>, StoreUnavailable>(FiberId.none)
      let isAwaited = true
      const ended = (exit: Exit.Exit<ReadonlyArray<SlicedRuns>, StoreUnavailable>) => {
        if (!isAwaited && Exit.isSuccess(exit)) chargeBytes(ports, self, textBytes(exit.value))
        return Effect.zipRight(turn.release(1), Deferred.done(answer, exit))
      }
      // Its asker tells a failure.
      ports.run(Effect.exit(Effect.onExit(read, ended)))
      return Effect.onInterrupt(restore(Deferred.await(answer)), () =>
        Effect.sync(() => {
          isAwaited = false
        })
      )
    })
  return Effect.uninterruptibleMask((restore) =>
    Effect.zipRight(
      restore(turn.take(1)),
      Effect.zipRight(
        Effect.onInterrupt(restore(rest), () => turn.release(1)),
        begin(restore)
      )
    )
  )
}

/** UTF-8 bytes of all texts in them. */
const textBytes = (slices: ReadonlyArray<SlicedRuns>): number => {
  let sum = 0
  for (const { events } of slices) for (const event of events) if ("text" in event) sum += utf8Bytes(event.text)
  return sum
}

/** How long (ms) the socket's user had better wait, who owes what was sent. */
export const owedMs = ({ settings }: GatewayPorts, self: DeviceSelf): number => {
  const bucket = self.state.ofUser.rangeKilobytes
  return bucket === undefined ? 0 : spend(bucket, settings.rangeKilobytes, 0, self.now())
}

/** Charges the socket's user what was sent. At most a burst is owed. */
export const chargeBytes = ({ settings }: GatewayPorts, self: DeviceSelf, bytes: number): void => {
  const { ofUser } = self.state
  const now = self.now()
  ofUser.rangeKilobytes ??= fullBucket(settings.rangeKilobytes, now)
  charge(ofUser.rangeKilobytes, settings.rangeKilobytes, bytes / 1_024, now)
}
