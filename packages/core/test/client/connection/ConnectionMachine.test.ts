import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import {
  type ConnectionEffect,
  type ConnectionInput,
  type ConnectionState,
  connectionStatus,
  connectionTimes,
  initialConnection,
  stepConnection
} from "../../../src/client/connection/ConnectionMachine.ts"
import { DeviceId, Epoch, UserId } from "../../../src/domain/Ids.ts"
import { CloseCodes } from "../../../src/protocol/CloseCode.ts"
import type { ServerFrame } from "../../../src/protocol/ServerFrame.ts"

const uuid = "0190b0c0-1111-7abc-8def-000000000001"
const welcome: ServerFrame = {
  op: "welcome",
  version: 1,
  epoch: Epoch.make(uuid),
  userId: UserId.make(uuid),
  device: DeviceId.make(uuid),
  resumeTicket: "resume",
  resumeTicketTtlMs: 600_000,
  pingIntervalMs: 20_000,
  at: 0
}

/** Drives the machine and keeps what it asked for. */
const drive = () => {
  let state: ConnectionState = initialConnection
  let now = 0
  const did: Array<ConnectionEffect> = []
  const give = (input: ConnectionInput, chance = 0.5) => {
    const [next, effects] = stepConnection(state, input, now, chance)
    state = next
    did.push(...effects)
    return effects.map((effect) => effect._tag)
  }
  const at = (time: number) => {
    now = time
  }
  const attempt = () => state.attempt
  const frame = (of: ServerFrame | undefined) => give({ _tag: "frame", attempt: state.attempt, frame: of })
  const goLive = () => {
    give({ _tag: "start" })
    give({ _tag: "ticket", attempt: state.attempt, ticket: "one" })
    give({ _tag: "opened", attempt: state.attempt })
    frame(welcome)
    frame({ op: "live" })
  }
  const tick = () => {
    now = state.timerAt ?? now
    return give({ _tag: "timer" })
  }
  return {
    give,
    at,
    attempt,
    frame,
    goLive,
    tick,
    did,
    state: () => state,
    status: () => connectionStatus(state)._tag,
    now: () => now
  }
}

describe("the connection", () => {
  it("goes from a ticket by way of hello and welcome to live", () => {
    const it = drive()
    assert.deepStrictEqual(it.give({ _tag: "start" }), ["fetchTicket"])
    assert.deepStrictEqual(it.give({ _tag: "ticket", attempt: 1, ticket: "one" }), ["open"])
    assert.deepStrictEqual(it.give({ _tag: "opened", attempt: 1 }), ["hello"])
    assert.strictEqual(it.status(), "connecting")
    it.frame(welcome)
    assert.strictEqual(it.status(), "syncing")
    it.frame({ op: "live" })
    assert.strictEqual(it.status(), "live")
  })

  it("comes back with the resume ticket once, and fetches one after that", () => {
    const it = drive()
    it.goLive()
    it.give({ _tag: "closed", attempt: 1, code: 1006 })
    assert.deepStrictEqual(it.tick(), ["open"])
    it.give({ _tag: "opened", attempt: 2 })
    assert.deepStrictEqual(it.did.at(-1), { _tag: "hello", attempt: 2, ticket: "resume" })
    it.give({ _tag: "closed", attempt: 2, code: 1006 })
    assert.deepStrictEqual(it.tick(), ["fetchTicket"])
  })

  it("a socket that does not open costs no resume ticket", () => {
    const it = drive()
    it.goLive()
    it.give({ _tag: "closed", attempt: 1, code: 1006 })
    for (let attempt = 2; attempt < 5; attempt++) {
      assert.deepStrictEqual(it.tick(), ["open"])
      it.give({ _tag: "closed", attempt, code: 1006 })
    }
    assert.deepStrictEqual(it.tick(), ["open"])
    it.give({ _tag: "opened", attempt: 5 })
    assert.deepStrictEqual(it.did.at(-1), { _tag: "hello", attempt: 5, ticket: "resume" })
  })

  it("does not use a resume ticket near or after its end, and takes the renewed one of a pong", () => {
    const it = drive()
    it.goLive()
    it.at(580_000)
    it.frame({ op: "pong", resumeTicket: "renewed", resumeTicketTtlMs: 600_000 })
    it.at(1_164_000)
    it.give({ _tag: "closed", attempt: 1, code: 1006 }, 0)
    assert.deepStrictEqual(it.tick(), ["open"])
    it.give({ _tag: "opened", attempt: 2 })
    assert.deepStrictEqual(it.did.at(-1), { _tag: "hello", attempt: 2, ticket: "renewed" })
    it.frame(welcome)
    it.at(1_164_000 + 590_000)
    it.give({ _tag: "closed", attempt: 2, code: 1006 }, 0)
    assert.deepStrictEqual(it.tick(), ["fetchTicket"])
  })

  it("a visible client pings after 5 s of silence and redials 5 s later; any message counts as life", () => {
    const it = drive()
    it.goLive()
    assert.strictEqual(it.state().timerAt, 5_000)
    it.at(3_000)
    it.frame(undefined)
    assert.strictEqual(it.state().timerAt, 8_000)
    assert.deepStrictEqual(it.tick(), ["ping"])
    assert.strictEqual(it.state().timerAt, 13_000)
    assert.deepStrictEqual(it.tick(), ["close"])
    assert.strictEqual(it.status(), "waiting")
  })

  it("a hidden client is patient, and pings at once when it is shown again", () => {
    const it = drive()
    it.goLive()
    it.give({ _tag: "visible", visible: false })
    assert.strictEqual(it.state().timerAt, 60_000)
    it.at(30_000)
    assert.deepStrictEqual(it.give({ _tag: "visible", visible: true }), ["ping"])
    assert.strictEqual(it.state().timerAt, 35_000)
  })

  it("gives up a ticket that does not come within 10 s, a socket within 5 s, and a welcome within 15 s", () => {
    const it = drive()
    const due = () => (it.state().timerAt ?? 0) - it.now()
    it.give({ _tag: "start" })
    assert.strictEqual(due(), 10_000)
    it.tick()
    assert.strictEqual(it.status(), "waiting")
    it.tick()
    it.give({ _tag: "ticket", attempt: it.attempt(), ticket: "a" })
    assert.strictEqual(due(), 5_000)
    assert.deepStrictEqual(it.tick(), ["close"])
    it.tick()
    it.give({ _tag: "ticket", attempt: it.attempt(), ticket: "a" })
    it.give({ _tag: "opened", attempt: it.attempt() })
    assert.strictEqual(due(), 15_000)
    assert.deepStrictEqual(it.tick(), ["close"])
    assert.strictEqual(it.status(), "waiting")
  })

  it("tries a fetched ticket at once when a restarted server does not know its resume ticket, and waits when that is refused, too", () => {
    const it = drive()
    it.goLive()
    it.give({ _tag: "closed", attempt: 1, code: 1006 })
    assert.deepStrictEqual(it.tick(), ["open"])
    it.give({ _tag: "opened", attempt: 2 })
    assert.deepStrictEqual(it.give({ _tag: "closed", attempt: 2, code: CloseCodes.unauthenticated.code }), [
      "fetchTicket"
    ])
    it.give({ _tag: "ticket", attempt: 3, ticket: "fetched" })
    it.give({ _tag: "opened", attempt: 3 })
    assert.deepStrictEqual(it.did.at(-1), { _tag: "hello", attempt: 3, ticket: "fetched" })
    assert.deepStrictEqual(it.give({ _tag: "closed", attempt: 3, code: CloseCodes.unauthenticated.code }), [])
    assert.strictEqual(it.status(), "waiting")
  })

  it("waits when a socket that was welcomed by a resume ticket is closed as signed out: it can't loop", () => {
    const it = drive()
    it.goLive()
    it.give({ _tag: "closed", attempt: 1, code: 1006 })
    it.tick()
    it.give({ _tag: "opened", attempt: 2 })
    it.frame(welcome)
    assert.deepStrictEqual(it.give({ _tag: "closed", attempt: 2, code: CloseCodes.unauthenticated.code }), [])
    assert.strictEqual(it.status(), "waiting")
  })

  it("waits 0 to 2 s first, doubling to 30 s, and begins anew after a good connection", () => {
    const it = drive()
    const waits: Array<number> = []
    it.give({ _tag: "start" })
    for (let i = 0; i < 7; i++) {
      const before = it.now()
      it.give({ _tag: "noTicket", attempt: it.attempt(), signedOut: false }, 0.999_999)
      waits.push(Math.round(((it.state().timerAt ?? 0) - before) / 1000))
      it.tick()
    }
    assert.deepStrictEqual(waits, [2, 4, 8, 16, 30, 30, 30])
    it.give({ _tag: "ticket", attempt: it.attempt(), ticket: "a" })
    it.give({ _tag: "opened", attempt: it.attempt() })
    it.frame(welcome)
    it.at(it.now() + connectionTimes.goodAfterMs)
    it.give({ _tag: "closed", attempt: it.attempt(), code: 1006 }, 0.999_999)
    assert.isAtMost((it.state().timerAt ?? 0) - it.now(), 2_000)
  })

  it("comes back within 8 s to a server that died soon after it was live, however long it was away before", () => {
    const it = drive()
    it.give({ _tag: "start" })
    for (let i = 0; i < 7; i++) {
      it.give({ _tag: "noTicket", attempt: it.attempt(), signedOut: false })
      it.tick()
    }
    it.give({ _tag: "ticket", attempt: it.attempt(), ticket: "a" })
    it.give({ _tag: "opened", attempt: it.attempt() })
    it.frame(welcome)
    it.frame({ op: "live" })
    it.at(it.now() + 2_000)
    it.give({ _tag: "closed", attempt: it.attempt(), code: 1006 }, 0.999_999)
    assert.isAtMost((it.state().timerAt ?? 0) - it.now(), 8_000)
    assert.isAbove((it.state().timerAt ?? 0) - it.now(), 7_000)
  })

  it("a close code decides whether and how it comes back", () => {
    const after = (code: number) => {
      const it = drive()
      it.goLive()
      it.give({ _tag: "closed", attempt: 1, code })
      return it
    }
    for (const known of Object.values(CloseCodes))
      assert.strictEqual(
        after(known.code).status(),
        known.comeBack === "no" && known !== CloseCodes.replaced ? "stopped" : "waiting",
        known.reason
      )
    const reasons = [CloseCodes.revoked, CloseCodes.version, CloseCodes.badFrame].map(({ code }) =>
      connectionStatus(after(code).state())
    )
    assert.deepStrictEqual(reasons, [
      { _tag: "stopped", reason: "revoked" },
      { _tag: "stopped", reason: "version" },
      { _tag: "stopped", reason: "bad_frame" }
    ])
    assert.deepStrictEqual(after(CloseCodes.unauthenticated.code).tick(), ["fetchTicket"])
    assert.deepStrictEqual(after(CloseCodes.goingAway.code).tick(), ["open"])
  })

  it("replaced by its own older socket it comes back, and by a copy of itself, which does the same, only once", () => {
    const it = drive()
    it.goLive()
    const replaced = () => it.give({ _tag: "closed", attempt: it.attempt(), code: CloseCodes.replaced.code })
    replaced()
    assert.strictEqual(it.status(), "waiting")
    it.tick()
    it.goLive()
    it.at((it.state().welcomedAt ?? 0) + connectionTimes.goodAfterMs - 1)
    replaced()
    assert.deepStrictEqual(connectionStatus(it.state()), { _tag: "stopped", reason: "replaced" })
    it.give({ _tag: "start" })
    it.goLive()
    replaced()
    it.tick()
    it.goLive()
    it.at(it.state().welcomedAt + connectionTimes.goodAfterMs)
    replaced()
    assert.strictEqual(it.status(), "waiting")
  })

  it("a moving server is left at once and returned to after its delay", () => {
    const it = drive()
    it.goLive()
    it.at(100_000)
    assert.deepStrictEqual(it.frame({ op: "moving", retryAfterMs: 1_500 }), ["close"])
    assert.strictEqual(it.state().timerAt, 101_500)
    assert.deepStrictEqual(it.tick(), ["open"])
  })

  it("revoked and signed out end it until a person starts it again", () => {
    const it = drive()
    it.goLive()
    assert.deepStrictEqual(it.frame({ op: "revoked" }), ["close"])
    assert.deepStrictEqual(connectionStatus(it.state()), { _tag: "stopped", reason: "revoked" })
    assert.deepStrictEqual(it.tick(), [])
    assert.deepStrictEqual(it.give({ _tag: "start" }), ["fetchTicket"])
    it.give({ _tag: "noTicket", attempt: it.attempt(), signedOut: true })
    assert.deepStrictEqual(connectionStatus(it.state()), { _tag: "stopped", reason: "signedOut" })
  })

  it("without a network it tries seldom, and soon when it is back", () => {
    const it = drive()
    it.goLive()
    it.give({ _tag: "online", online: false })
    assert.strictEqual(it.status(), "live")
    it.give({ _tag: "closed", attempt: 1, code: 1006 })
    assert.strictEqual(it.status(), "offline")
    assert.strictEqual(it.state().timerAt, connectionTimes.longestWaitMs)
    it.give({ _tag: "online", online: true })
    assert.isAtMost(it.state().timerAt ?? Number.POSITIVE_INFINITY, 500)
  })

  it("asks at once when the network is said to be gone, and takes 2 s without an answer for a yes", () => {
    const it = drive()
    it.goLive()
    it.at(100)
    assert.deepStrictEqual(it.give({ _tag: "online", online: false }), ["ping"])
    assert.strictEqual(it.state().timerAt, 2_100)
    assert.strictEqual(it.status(), "live")
    assert.deepStrictEqual(it.tick(), ["close"])
    assert.strictEqual(it.status(), "offline")
    it.give({ _tag: "online", online: true })
    assert.isAtMost(it.state().timerAt ?? Number.POSITIVE_INFINITY, 2_600)
  })

  it("leaves the rest of 2 s to an answer that was asked for before the network was said to be gone", () => {
    const it = drive()
    it.goLive()
    assert.deepStrictEqual(it.tick(), ["ping"])
    it.at(6_000)
    assert.deepStrictEqual(it.give({ _tag: "online", online: false }), [])
    assert.strictEqual(it.state().timerAt, 7_000)
    assert.deepStrictEqual(it.tick(), ["close"])
  })

  it("stays with a connection that answers, whatever is said of the network, and asks it as often as before", () => {
    const it = drive()
    it.goLive()
    it.give({ _tag: "online", online: false })
    it.at(1_500)
    it.frame({ op: "pong" })
    assert.strictEqual(it.status(), "live")
    assert.strictEqual(it.state().timerAt, 6_500)
    assert.deepStrictEqual(it.tick(), ["ping"])
    assert.strictEqual(it.state().timerAt, 8_500)
  })

  it("gives the answer its usual time when the network is there again before it was given up", () => {
    const it = drive()
    it.goLive()
    it.at(2_000)
    it.give({ _tag: "online", online: false })
    it.at(3_000)
    assert.deepStrictEqual(it.give({ _tag: "online", online: true }), [])
    assert.strictEqual(it.state().timerAt, 7_000)
  })

  it("goes on to try without a network, however often the page is shown meanwhile", () => {
    const it = drive()
    it.goLive()
    it.give({ _tag: "online", online: false })
    it.give({ _tag: "closed", attempt: 1, code: 1006 })
    const due = it.state().timerAt ?? 0
    for (const seconds of [5, 10, 15, 20, 25])
      for (const visible of [false, true]) {
        it.at(seconds * 1_000)
        it.give({ _tag: "visible", visible })
        it.give({ _tag: "online", online: false })
      }
    assert.strictEqual(it.state().timerAt, due)
  })

  it("hears nothing of an earlier attempt's socket", () => {
    const it = drive()
    it.goLive()
    it.give({ _tag: "closed", attempt: 1, code: 1006 })
    it.tick()
    assert.deepStrictEqual(it.give({ _tag: "closed", attempt: 1, code: CloseCodes.replaced.code }), [])
    assert.strictEqual(it.status(), "connecting")
  })
})

describe("whatever happens to the connection", () => {
  const frames: ReadonlyArray<ServerFrame | undefined> = [
    welcome,
    { op: "live" },
    { op: "pong" },
    { op: "pong", resumeTicket: "r", resumeTicketTtlMs: 20_000 },
    { op: "moving", retryAfterMs: 1e9 },
    undefined
  ]
  const old = FastCheck.boolean()
  const input = FastCheck.oneof(
    { weight: 3, arbitrary: FastCheck.constant({ _tag: "timer" } as const) },
    FastCheck.constantFrom({ _tag: "start" } as const, { _tag: "retryNow" } as const, { _tag: "leave" } as const),
    FastCheck.boolean().map((visible) => ({ _tag: "visible", visible }) as const),
    FastCheck.boolean().map((online) => ({ _tag: "online", online }) as const),
    old.map((o) => ({ _tag: "ticket", attempt: o ? -1 : 0, ticket: "t" }) as const),
    FastCheck.tuple(old, FastCheck.integer({ min: 0, max: 1e9 })).map(
      ([o, retryAfterMs]) => ({ _tag: "noTicket", attempt: o ? -1 : 0, signedOut: false, retryAfterMs }) as const
    ),
    { weight: 3, arbitrary: old.map((o) => ({ _tag: "opened", attempt: o ? -1 : 0 }) as const) },
    FastCheck.tuple(old, FastCheck.constantFrom(1000, 1001, 1006, 4401, 4429, 4500, 4503, 4999)).map(
      ([o, code]) => ({ _tag: "closed", attempt: o ? -1 : 0, code }) as const
    ),
    {
      weight: 3,
      arbitrary: FastCheck.tuple(old, FastCheck.constantFrom(...frames)).map(
        ([o, frame]) => ({ _tag: "frame", attempt: o ? -1 : 0, frame }) as const
      )
    }
  )
  const history = FastCheck.array(
    FastCheck.tuple(input, FastCheck.nat(40_000), FastCheck.double({ min: 0, max: 0.999, noNaN: true })),
    {
      maxLength: 60
    }
  )

  it("there are never two sockets, each hello has one ticket, and there is always a way forward", () => {
    FastCheck.assert(
      FastCheck.property(history, (steps) => {
        let state: ConnectionState = initialConnection
        let now = 0
        let open: number | undefined
        const used = new Set<string>()
        let issued = 0
        for (const [step, passed, chance] of steps) {
          // Timers come at their time, everything else whenever it likes.
          now = step._tag === "timer" ? Math.max(now, state.timerAt ?? now) : now + passed
          const given: ConnectionInput = "attempt" in step ? { ...step, attempt: state.attempt + step.attempt } : step
          const unique: ConnectionInput = given._tag === "ticket" ? { ...given, ticket: `t${issued++}` } : given
          const renewed: ConnectionInput =
            unique._tag === "frame" && unique.frame !== undefined && "resumeTicket" in unique.frame
              ? { ...unique, frame: { ...unique.frame, resumeTicket: `r${issued++}` } }
              : unique
          if (renewed._tag === "closed" && renewed.attempt === open) open = undefined
          const [next, effects] = stepConnection(state, renewed, now, chance)
          for (const effect of effects) {
            if (effect._tag === "close") {
              assert.strictEqual(effect.attempt, open)
              open = undefined
            }
            if (effect._tag === "open") {
              assert.isUndefined(open, "a second socket")
              open = effect.attempt
            }
            if (effect._tag === "hello") {
              assert.strictEqual(effect.attempt, open)
              assert.isFalse(used.has(effect.ticket), "a ticket used twice")
              used.add(effect.ticket)
            }
            if (effect._tag === "ping") assert.strictEqual(effect.attempt, open)
          }
          state = next
          if (state.phase !== "idle" && state.phase !== "stopped") {
            assert.isDefined(state.timerAt)
            assert.isAtMost(state.timerAt ?? 0, now + connectionTimes.longestAskedMs)
          }
        }
      }),
      { numRuns: 10_000 }
    )
  })
})
