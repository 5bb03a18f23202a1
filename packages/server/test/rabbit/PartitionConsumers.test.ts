/** Which partitions a worker looks at, and when: the broker itself is tried in the live tests. */
import { connect, createServer } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import type { ConfirmChannel } from "amqplib"
import { Effect, Redacted, TestClock } from "effect"
import { PartitionConsumers } from "../../src/rabbit/PartitionConsumers.ts"

/** What looks asks on a connection of its own. This broker hangs up on each, and counts them. */
const broker = Effect.acquireRelease(
  Effect.async<{ readonly port: number; readonly asked: () => Promise<number>; readonly stop: () => void }>(
    (resume) => {
      let count = 0
      const server = createServer((socket) => {
        count++
        socket.on("error", () => undefined).destroy()
      })
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        const port = address === null || typeof address === "string" ? 0 : address.port
        // Who comes last has seen all the others come.
        const asked = () =>
          new Promise<number>((resolve) => {
            const last = connect(port, "127.0.0.1")
            last.on("error", () => undefined)
            last.on("close", () => resolve(count - 1))
          })
        resume(Effect.succeed({ port, asked, stop: () => void server.close() }))
      })
    }
  ),
  ({ stop }) => Effect.sync(stop)
)

describe("a worker's consumers", () => {
  it.scoped("are looked at once their set-up is done, however long that takes", () =>
    Effect.gen(function* () {
      const { asked, port } = yield* broker
      const consumers = new PartitionConsumers(
        {
          ...{
            url: Redacted.make(`amqp://127.0.0.1:${port}`),
            partitions: 2,
            worker: "one",
            place: undefined,
            prefetch: 1
          },
          trouble: { broken: () => undefined, works: () => undefined, lines: () => [] }
        },
        { open: () => undefined, receive: () => undefined, lost: () => undefined, acknowledge: () => undefined }
      )
      let answer: () => void = () => undefined
      const channel = {
        prefetch: () => new Promise<void>((resolve) => (answer = resolve)),
        consume: () => Promise.resolve({ consumerTag: "" }),
        // Nobody consumes it.
        checkQueue: () => Promise.resolve({ consumerCount: 0 })
      } as unknown as ConfirmChannel
      const link = {
        channel,
        isBlocked: () => false,
        answers: async () => true,
        beside: async () => channel,
        lose: () => undefined,
        renew: () => undefined,
        together: (write: () => void) => write()
      }
      yield* Effect.forkScoped(consumers.look)
      const setUp = consumers.open(link, () => undefined)
      yield* TestClock.adjust("2 seconds")
      assert.strictEqual(yield* Effect.promise(asked), 0)
      answer()
      yield* Effect.promise(() => setUp)
    })
  )
})
