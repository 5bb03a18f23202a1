/**
 * Counts the requests being answered, in all and by client address, those whose bodies are still to come, and those
 * whose answers were not taken yet.
 */
import { AddressCounts } from "./HttpConnections.ts"
import { countRefused, httpInFlight } from "./HttpMetrics.ts"
import type { HttpBounds } from "./HttpOptions.ts"

/** Of one request. It must `leave`, whatever became of it. */
export interface Place {
  /** Whether it is above a bound as it comes. */
  readonly room: "within" | "too_many" | "too_many_of_address"
  /**
   * From here on others may have its place: slow senders must not take them all. `giveUp` is called when too many wait,
   * and it the longest.
   */
  readonly awaitBody: (giveUp: () => void) => void
  /** Takes a place again. False: there is none. */
  readonly bodyCame: () => boolean
  /**
   * It was decided, by so many bytes that do not leave at once: others may have its place, for slow readers must not
   * take them all either. `giveUp` as before, and when it is not taken in time.
   */
  readonly answered: (bytes: number, giveUp: () => void) => void
  readonly leave: () => void
}

export interface InFlight {
  readonly enter: (address: string) => Place
  /** Those that wait for their bodies, or to be taken, included. */
  readonly count: () => number
}

export const makeInFlight = (bounds: HttpBounds): InFlight => {
  const { bodiesMax, requestsMax, requestsPerAddressMax } = bounds
  const ofAddress = new AddressCounts()
  /** Who has waited for longest stands first. */
  const awaiting = new Map<Place, () => void>()
  const untaken = makeUntakenAnswers(bounds)
  let all = 0
  const isRoom = () => all - awaiting.size - untaken.count() <= requestsMax

  const enter = (address: string): Place => {
    const own = ofAddress.add(address)
    httpInFlight.unsafeUpdate(++all, [])
    let taken: (() => void) | undefined
    const place: Place = {
      room: own > requestsPerAddressMax ? "too_many_of_address" : isRoom() ? "within" : "too_many",
      awaitBody: (giveUp) => {
        awaiting.set(place, giveUp)
        const [longest] = awaiting
        if (awaiting.size <= bodiesMax || longest === undefined) return
        awaiting.delete(longest[0])
        longest[1]()
      },
      bodyCame: () => awaiting.delete(place) && isRoom(),
      answered: (bytes, giveUp) => {
        awaiting.delete(place)
        taken ??= untaken.add(bytes, giveUp)
      },
      leave: () => {
        awaiting.delete(place)
        taken?.()
        ofAddress.remove(address)
        httpInFlight.unsafeUpdate(--all, [])
      }
    }
    return place
  }
  return { enter, count: () => all }
}

interface UntakenAnswers {
  /**
   * An answer is on its way. `giveUp` is called when it takes too long, or when there are too many and it is the
   * oldest. Gives what to call when it was taken.
   */
  readonly add: (bytes: number, giveUp: () => void) => () => void
  readonly count: () => number
}

type Bounds = Pick<HttpBounds, "answersMax" | "answerBytesMax" | "answerTimeoutMs" | "answerBytesPerSecond">

interface Untaken {
  readonly bytes: number
  readonly giveUp: () => void
  readonly timer: NodeJS.Timeout
}

/**
 * Answers that their clients have not taken yet: bounded in number, bytes and time, since a slow reader holds one for
 * as long as it likes.
 */
const makeUntakenAnswers = ({
  answerBytesMax,
  answerBytesPerSecond,
  answersMax,
  answerTimeoutMs
}: Bounds): UntakenAnswers => {
  /** The oldest stands first. */
  const untaken = new Set<Untaken>()
  let all = 0

  const forget = (answer: Untaken) => {
    if (!untaken.delete(answer)) return
    clearTimeout(answer.timer)
    all -= answer.bytes
  }
  const giveUp = (answer: Untaken, reason: string) => {
    forget(answer)
    countRefused(reason)
    answer.giveUp()
  }

  return {
    count: () => untaken.size,
    add: (bytes, giveUpThis) => {
      const withinMs = answerTimeoutMs + Math.ceil((bytes * 1_000) / answerBytesPerSecond)
      const timer = setTimeout(() => giveUp(answer, "slow_answer"), withinMs)
      const answer: Untaken = { bytes, giveUp: giveUpThis, timer }
      timer.unref()
      untaken.add(answer)
      all += bytes
      for (const oldest of untaken) {
        // The newest has had no time yet.
        if (oldest === answer || (untaken.size <= answersMax && all <= answerBytesMax)) break
        giveUp(oldest, "untaken_answers")
      }
      return () => forget(answer)
    }
  }
}
