/** The contract of the Tickets. */

import { DeviceId, UserId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { type TicketOwner, Tickets } from "@hibiki/core/ports/Tickets"
import { Duration, Effect } from "effect"
import { type ContractAssert, type ContractCase, type ContractIt, runCases } from "./Contract.ts"

interface Kit {
  readonly assert: ContractAssert
  readonly tickets: Tickets["Type"]
  readonly pass: (time: Duration.Duration) => Effect.Effect<void>
  readonly owner: Effect.Effect<TicketOwner>
}

const ttl = Duration.millis(500)
/** The origin of the page. */
const page = "https://chat.example"

const cases: ReadonlyArray<ContractCase<Kit>> = [
  {
    name: "a ticket names its owner, once",
    run: ({ assert, owner, tickets }) =>
      Effect.gen(function* () {
        const [ann, bob] = [yield* owner, yield* owner]
        const [forAnn, forBob] = [
          yield* tickets.issue(ann, page, ttl, "open"),
          yield* tickets.issue(bob, page, ttl, "resume")
        ]
        assert.deepStrictEqual(yield* tickets.redeem(forBob, page), bob)
        assert.deepStrictEqual(yield* tickets.redeem(forAnn, page), ann)
        assert.strictEqual(yield* tickets.redeem(forAnn, page), undefined)
      })
  },
  {
    name: "of two parallel uses exactly one succeeds",
    run: ({ assert, owner, tickets }) =>
      Effect.gen(function* () {
        const ticket = yield* tickets.issue(yield* owner, page, ttl, "open")
        const uses = yield* Effect.all(
          Array.from({ length: 10 }, () => tickets.redeem(ticket, page)),
          { concurrency: 10 }
        )
        assert.strictEqual(uses.filter((use) => use !== undefined).length, 1)
      })
  },
  {
    name: "each ticket is 256 bits that nobody can guess from another",
    run: ({ assert, owner, tickets }) =>
      Effect.gen(function* () {
        const ann = yield* owner
        const [one, two] = [yield* tickets.issue(ann, page, ttl, "open"), yield* tickets.issue(ann, page, ttl, "open")]
        assert.strictEqual(/^[A-Za-z0-9_-]{43}$/.test(one), true)
        assert.strictEqual(one === two, false)
      })
  },
  {
    name: "what was never issued opens nothing",
    run: ({ assert, tickets }) =>
      Effect.gen(function* () {
        for (const ticket of ["", "A".repeat(43), "__proto__", "*"])
          assert.strictEqual(yield* tickets.redeem(ticket, page), undefined)
      })
  },
  {
    name: "a ticket is good for the origin it was issued for alone, and a try from another uses it up",
    run: ({ assert, owner, tickets }) =>
      Effect.gen(function* () {
        const ann = yield* owner
        for (const use of ["open", "resume"] as const) {
          for (const [home, other] of [
            [page, "https://evil.example"],
            [page, `${page}:8443`],
            [page, page.toUpperCase()],
            [page, ""],
            ["", page]
          ] as const) {
            const ticket = yield* tickets.issue(ann, home, ttl, use)
            assert.deepStrictEqual(
              [yield* tickets.redeem(ticket, other), yield* tickets.redeem(ticket, home)],
              [undefined, undefined]
            )
          }
        }
      })
  },
  {
    name: "a ticket that was issued to a client without an origin is good without one",
    run: ({ assert, owner, tickets }) =>
      Effect.gen(function* () {
        const ann = yield* owner
        for (const use of ["open", "resume"] as const)
          assert.deepStrictEqual(yield* tickets.redeem(yield* tickets.issue(ann, "", ttl, use), ""), ann)
      })
  },
  {
    name: "a ticket is good until its time has passed, and each has a time of its own",
    run: ({ assert, owner, pass, tickets }) =>
      Effect.gen(function* () {
        const ann = yield* owner
        const [short, long] = [
          yield* tickets.issue(ann, page, ttl, "open"),
          yield* tickets.issue(ann, page, Duration.seconds(60), "resume")
        ]
        yield* pass(Duration.sum(ttl, Duration.millis(50)))
        assert.strictEqual(yield* tickets.redeem(short, page), undefined)
        assert.deepStrictEqual(yield* tickets.redeem(long, page), ann)
      })
  }
]

/** How many tests `ticketsContract` runs. */
export const ticketsContractSize = cases.length

export interface TicketsContractOptions {
  readonly it: ContractIt<Tickets>
  readonly assert: ContractAssert
  /** Lets time pass for the backend: TestClock.adjust, or waiting. */
  readonly pass: (time: Duration.Duration) => Effect.Effect<void>
}

export const ticketsContract = ({ assert, it, pass }: TicketsContractOptions): void =>
  runCases(
    it,
    cases,
    Effect.map(Tickets, (tickets): Kit => {
      const owner = Effect.map(Effect.all([makeUuidV7, makeUuidV7]), ([userId, deviceId]) => ({
        userId: UserId.make(userId),
        deviceId: DeviceId.make(deviceId),
        sessionVersion: 3
      }))
      return { assert, tickets, pass, owner }
    })
  )
