/**
 * Ends a half-open connection. A process that only listens would trust it until the driver has missed two heartbeats,
 * and every answer to a gateway would be lost meanwhile.
 */
import { Effect, Option } from "effect"
import type { AmqpSession } from "./AmqpSession.ts"

const lookEvery = "2 seconds"
const answerWithin = "4 seconds"
/** The time to read what has arrived, in case this process itself had stalled. */
const readWithin = "100 millis"

/**
 * Never completes: the session reports its end. A blocked broker does not answer publishers, and does not count as
 * silent.
 */
export const giveUpWhenSilent = (session: AmqpSession): Effect.Effect<never> =>
  Effect.suspend(() => {
    let heard = session.heardBytes
    const isSilent = () => session.heardBytes === heard && !session.isBlocked
    const look = Effect.gen(function* () {
      yield* Effect.sleep(lookEvery)
      if (isSilent()) {
        const answer = yield* Effect.tryPromise(() => session.ask()).pipe(
          Effect.ignore,
          Effect.timeoutOption(answerWithin)
        )
        if (Option.isNone(answer)) yield* Effect.sleep(readWithin)
        if (Option.isNone(answer) && isSilent()) session.giveUp("nothing is heard")
      }
      heard = session.heardBytes
    })
    return Effect.forever(look)
  })
