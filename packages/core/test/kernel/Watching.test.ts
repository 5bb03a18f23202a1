import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { ActorRef } from "../../src/kernel/ActorRef.ts"
import { acting, type End, onStage, start, watching, writing } from "./stage.ts"

describe("Watching", () => {
  it.effect("a watcher hears once of an end, after every message of the one that stopped", () =>
    onStage((system) =>
      Effect.gen(function* () {
        const seen: Array<string> = []
        const watcher = start(
          system,
          "watcher",
          acting<ActorRef<never> | string>(
            (self, message) => {
              if (typeof message === "string") seen.push(message)
              else {
                self.watch(message)
                self.watch(message)
              }
            },
            { onSignal: (_, { path, reason }) => void seen.push(`${path} ${reason._tag}`) }
          )
        )
        const watched = start(
          system,
          "watched",
          acting<string>((self, word) => {
            watcher.tell(word)
            self.stop()
            watcher.tell("last words")
          })
        )
        watcher.tell(watched)
        yield* system.settled
        watched.tell("hello")
        yield* system.settled
        assert.deepStrictEqual(seen, ["hello", "last words", "watched Finished"])
      })
    )
  )

  it.effect("watching one that is already gone tells its end at once, and once", () =>
    onStage((system) =>
      Effect.gen(function* () {
        const ends: Array<End> = []
        const gone = start(system, "gone", writing<string>([]))
        yield* system.stop("gone")
        // The path may belong to somebody else by now: the ref stands for the actor, not for the path.
        start(system, "gone", writing<string>([]))
        const watcher = start(system, "watcher", watching(ends))
        watcher.tell(gone)
        yield* system.settled
        assert.deepStrictEqual(ends, [["gone", "Requested"]])
      })
    )
  )

  it.effect("after unwatch nothing is told, even when the end already waits in the mailbox", () =>
    onStage((system) =>
      Effect.gen(function* () {
        const ends: Array<End> = []
        const target = start(system, "target", writing<string>([]))
        const watcher = start(
          system,
          "watcher",
          acting<"watch" | "stop and unwatch">(
            (self, order) => {
              if (order === "watch") return self.watch(target)
              // Let the target go while this message is in hand, so that the signal is queued behind it.
              return system.stop("target").pipe(Effect.zipRight(Effect.sync(() => self.unwatch(target))))
            },
            { onSignal: (_, { path, reason }) => void ends.push([path, reason._tag]) }
          )
        )
        watcher.tell("watch")
        watcher.tell("stop and unwatch")
        yield* system.settled
        yield* system.settled
        assert.isTrue(target.isStopped)
        assert.strictEqual(system.list({ kind: "acting", prefix: "watcher" })[0]?.depth, 0)
        assert.deepStrictEqual(ends, [])
      })
    )
  )
})
