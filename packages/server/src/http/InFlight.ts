/**
 * Counts the requests being answered, in all and by client address. Also counts those whose bodies are still to come,
 * and those whose answers the clients have not read yet.
 */
import { AddressCounts } from "./HttpConnections.ts"
import { countRefused, httpInFlight, type RefusedReason } from "./HttpMetrics.ts"
import type { HttpBounds } from "./HttpOptions.ts"

/** The place of one request. It must `leave` in every case. */
export interface Place {
  /** Whether the request exceeds a bound on arrival. */
  readonly room: "within" | "too_many" | "too_many_of_address"
  /**
   * From here on another request may use the place: slow senders must not take all places. `giveUp` is called when too
   * many requests wait and this one has waited longest.
   */
  readonly awaitBody: (giveUp: () => void) => void
  /** Takes a place again. Returns false if there is none. */
  readonly bodyCame: () => boolean
  /**
   * The request is decided, and that many bytes of its answer do not leave at once. Another request may use the place,
   * since slow readers must not take all places either. `giveUp` is called as above, and when the client does not read
   * the answer in time.
   */
  readonly answered: (bytes: number, giveUp: () => void) => void
  readonly leave: () => void
}

export interface InFlight {
  readonly enter: (address: string) => Place
  /** Includes requests that wait for their bodies, or for their clients to read the answer. */
  readonly count: () => number
}

export const makeInFlight = (bounds: HttpBounds): InFlight => {
  const { bodiesMax, requestsMax, requestsPerAddressMax } = bounds
  const ofAddress = new AddressCounts()
  /** The request that has waited longest comes first. */
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
   * Registers an answer in flight. `giveUp` is called when it takes too long, or when there are too many and it is the
   * oldest. Returns the function to call when the client has read it.
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
 * Answers that their clients have not read yet: bounded in number, bytes and time, since a slow reader holds one for as
 * long as it likes.
 */
const makeUntakenAnswers = ({
  answerBytesMax,
  answerBytesPerSecond,
  answersMax,
  answerTimeoutMs
}: Bounds): UntakenAnswers => {
  /** The oldest comes first. */
  const untaken = new Set<Untaken>()
  let all = 0

  const forget = (answer: Untaken) => {
    if (!untaken.delete(answer)) return
    clearTimeout(answer.timer)
    all -= answer.bytes
  }
  const giveUp = (answer: Untaken, reason: RefusedReason) => {
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
