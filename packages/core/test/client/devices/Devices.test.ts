import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck, Metric } from "effect"
import { type Step, Story, story } from "./stories.ts"
import type { Sabotage } from "./TestDevice.ts"

/** `HIBIKI_TEST_RUNS` and `HIBIKI_TEST_SEED` choose others; a failure prints its seed and the shortest story. */
const numRuns = Number(process.env["HIBIKI_TEST_RUNS"] ?? 500)
const seed = process.env["HIBIKI_TEST_SEED"] === undefined ? undefined : Number(process.env["HIBIKI_TEST_SEED"])

const turnFailures = Metric.counter("hibiki_client_turn_failures_total", {
  description: "Turns of a client's loop that died."
})
/** Turns that died, which the loop itself lives through. */
const died = () => Effect.runSync(Metric.value(turnFailures)).count

const endsWell = (steps: ReadonlyArray<Step>, sabotage: Sabotage = {}): void => {
  const world = new Story(sabotage)
  for (const step of steps) world.act(step)
  world.rest()
  const problem = world.problem()
  if (problem !== undefined) throw new Error(problem)
  if (died() > 0) throw new Error("a turn died")
}

const isSeen = (sabotage: Sabotage) => {
  const told = FastCheck.check(
    FastCheck.property(story, (steps) => endsWell(steps, sabotage)),
    { numRuns: 200, seed: 1, endOnFailure: true }
  )
  assert.isTrue(told.failed)
}

describe("three devices of one user", () => {
  it(
    "come to the list, the counts and the rows of a fresh sign-in, and keep only what is right",
    () => {
      FastCheck.assert(
        FastCheck.property(story, (steps) => endsWell(steps)),
        { numRuns, ...(seed === undefined ? {} : { seed }) }
      )
    },
    Math.max(180_000, numRuns * 500)
  )

  it("count a message once whose delete came by a page before it came by the stream", () =>
    endsWell([
      { do: "cut", device: 1, room: 0, n: 0 },
      { do: "delete", device: 0, room: 0, n: 2 },
      { do: "open", device: 1, room: 0, n: 0 },
      { do: "pass", device: 0, room: 0, n: 1 },
      { do: "readHalf", device: 1, room: 0, n: 11 }
    ]))

  it("show an own post no longer at the end, whose place is in a gap with newer rows behind it", () =>
    endsWell([
      { do: "lose", device: 2, room: 0, n: 0 },
      { do: "myPost", device: 2, room: 0, n: 0 },
      { do: "post", device: 0, room: 0, n: 0 },
      { do: "pass", device: 0, room: 0, n: 1 },
      { do: "deleteUnseen", device: 2, room: 0, n: 0 },
      { do: "post", device: 0, room: 0, n: 0 },
      { do: "pass", device: 0, room: 0, n: 1 }
    ]))

  it("keep a conversation joined again while an answer was on its way that it is not for them", () =>
    endsWell([
      { do: "rejoin", device: 0, room: 0, n: 0 },
      { do: "open", device: 0, room: 0, n: 0 },
      { do: "slow", device: 0, room: 0, n: 27 },
      { do: "remove", device: 0, room: 0, n: 0 },
      { do: "passLong", device: 0, room: 0, n: 21 },
      { do: "add", device: 0, room: 0, n: 0 }
    ]))

  it("show nothing of a conversation that is not for them any more, though their own post is answered after they were told", () =>
    endsWell([
      { do: "lose", device: 2, room: 0, n: 0 },
      { do: "myPost", device: 2, room: 0, n: 0 },
      { do: "pass", device: 0, room: 0, n: 1 },
      { do: "remove", device: 0, room: 0, n: 0 }
    ]))

  it(
    "a cursor that is kept ahead of its rows is seen",
    () => isSeen({ save: (change) => ({ ...change, feeds: change.feeds.map((feed) => ({ ...feed, put: [] })) }) }),
    60_000
  )

  it("rows that are trusted after a jump without asking are seen", () => isSeen({ skipsChanged: true }), 60_000)
})
