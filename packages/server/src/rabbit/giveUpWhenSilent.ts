/**
 * Ends a connection on which nothing comes. Whoever only listens would believe in one that is half open until the
 * driver has missed two heartbeats: for so long every answer to a gateway was lost.
 */
import { Effect, Option } from "effect"
import type { AmqpSession } from "./AmqpSession.ts"

const lookEvery = "2 seconds"
const answerWithin = "4 seconds"
/** In which what has arrived is read, when this process itself had stood still. */
const readWithin = "100 millis"

/**
 * Never done: the session tells its end. A blocked broker answers nothing to those who publish, and is none that is
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
