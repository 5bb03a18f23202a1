import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { blockOf, networkOf } from "../../src/accounts/AccountNetworks.ts"
import { FairLine, rememberedMs, rememberedTurns } from "../../src/accounts/HashTurns.ts"

interface Asker {
  readonly network: string
  readonly name?: string
}

const placesMax = 100
/** A turn of a machine with two cores. */
const turnMs = 10
const triesPerTurn = 20

/** The `n`-th network of so many blocks. */
const networkIn = (blocks: number) => (n: number) => networkOf(`10.${n % blocks}.${Math.floor(n / blocks)}.1`)
const farNetwork = (n: number) => networkOf(`${20 + (n >> 8)}.${n & 255}.0.1`)

/** A line in which attackers ask again as soon as they are refused or were served, as `again` says from where. */
const crowdedLine = (again: (n: number) => string, attackers: number) => {
  const line = new FairLine<Asker>(placesMax)
  const honest: Array<Asker> = []
  const lost: Array<Asker> = []
  let [now, asked] = [0, 0]
  const ask = (): void => {
    const displaced = line.add({ network: again(asked++) }, now)
    if (displaced?.name !== undefined) lost.push(displaced)
  }
  /** Some attackers try again in the time of one turn: more than find a place. */
  const turn = (): void => {
    now += turnMs
    const next = line.take(now)
    if (next?.name !== undefined) honest.push(next)
    for (let i = 0; i < triesPerTurn; i++) ask()
  }
  for (let i = 0; i < 2 * attackers; i++) ask()
  /** How many turns were given until this asker's own; undefined: it was refused. */
  const turnsUntil = (network: string): number | undefined => {
    const mine = { network, name: "honest" }
    if (line.add(mine, now) === mine) return undefined
    for (let turns = 1; turns <= 2 * placesMax; turns++) {
      turn()
      if (lost.includes(mine)) return undefined
      if (honest.includes(mine)) return turns
    }
    return Number.POSITIVE_INFINITY
  }
  return { line, turn, turnsUntil }
}

const times = (n: number, act: () => void): void => {
  for (let i = 0; i < n; i++) act()
}

describe("a fair line", () => {
  for (const attackers of [70, 150, 500])
    for (const blocks of [1, 10, attackers])
      it(`lets in each of 40 askers of other networks while ${attackers} networks of ${blocks} blocks ask all the time`, () => {
        const crowd = crowdedLine(
          (n) => (blocks === attackers ? farNetwork : networkIn(blocks))(n % attackers),
          attackers
        )
        // Each of them has had a turn.
        times(attackers + placesMax, crowd.turn)
        const fromNewBlocks = Array.from({ length: 20 }, (_, i) => crowd.turnsUntil(networkOf(`192.${i}.0.1`)))
        const fromTheirs = Array.from({ length: 20 }, (_, i) => crowd.turnsUntil(networkOf(`10.0.${1_000 + i}.1`)))
        for (const turns of [...fromNewBlocks, ...fromTheirs]) assert.isAtMost(turns ?? Number.POSITIVE_INFINITY, 3)
      })

  it("lets in an asker whose network had turns, though attackers come from a new network of their block each time", () => {
    const crowd = crowdedLine((n) => networkOf(`2001:db8:${n.toString(16)}::1`), 150)
    times(300, crowd.turn)
    for (let i = 0; i < 40; i++)
      assert.isAtMost(crowd.turnsUntil(networkOf("2001:db9:1::1")) ?? Number.POSITIVE_INFINITY, 3)
  })

  it("lets in an asker in whose block attackers have used up turns, before they went on to other blocks", () => {
    let again = (n: number) => networkOf(`10.0.${n % 10}.1`)
    const crowd = crowdedLine((n) => again(n), 150)
    times(2_000, crowd.turn)
    again = (n) => farNetwork(n % 150)
    times(200, crowd.turn)
    for (let i = 0; i < 40; i++)
      assert.isAtMost(crowd.turnsUntil(networkOf(`10.0.${100 + i}.1`)) ?? Number.POSITIVE_INFINITY, 3)
  })

  it("forgets turns after their time, and the oldest over their bound", () => {
    const line = new FairLine<Asker>(1)
    const [busy, calm] = [{ network: networkOf("10.0.0.1") }, { network: networkOf("20.0.0.1") }]
    const takeTurn = (asker: Asker, now: number) => {
      line.add(asker, now)
      line.take(now)
    }
    /** Which of the two keeps the place when the other one was there first. */
    const winner = (first: Asker, second: Asker, now: number) => {
      line.add(first, now)
      line.add(second, now)
      return line.take(now)
    }
    takeTurn(busy, 0)
    assert.strictEqual(winner(busy, calm, rememberedMs - 1), calm)
    assert.strictEqual(winner(busy, { network: networkOf("30.0.0.1") }, rememberedMs), busy)
    times(rememberedTurns, () => takeTurn(calm, rememberedMs))
    const again = { network: busy.network }
    assert.strictEqual(winner(calm, again, rememberedMs), again)
  })

  const asker = fc
    .record({ a: fc.nat(2), b: fc.nat(2), c: fc.nat(3) })
    .map(({ a, b, c }): Asker => ({ network: `10.${a}${b}.${c}.0/24` }))
  const steps = fc.array(
    fc.oneof({ weight: 3, arbitrary: asker }, { weight: 1, arbitrary: fc.constant("turn" as const) }),
    {
      maxLength: 80
    }
  )

  it("never holds more than its places, and loses nobody untold", () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 8 }), (acts, places) => {
        const line = new FairLine<Asker>(places)
        const waiting = new Set<Asker>()
        for (const [i, act] of acts.entries()) {
          const gone = act === "turn" ? line.take(i) : line.add(act, i)
          if (act !== "turn") waiting.add(act)
          if (act === "turn" && waiting.size > 0) assert.isDefined(gone)
          if (gone !== undefined) assert.isTrue(waiting.delete(gone))
          assert.strictEqual(line.size, waiting.size)
          assert.isAtMost(line.size, places)
        }
      })
    )
  })

  it("gives no place of a network that had fewer turns, and of which fewer wait, to one of the same block that had more", () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 8 }), (acts, places) => {
        const line = new FairLine<Asker>(places)
        const [taken, waiting] = [new Map<string, number>(), new Set<Asker>()]
        const loadOf = ({ network }: Asker) =>
          (taken.get(network) ?? 0) + [...waiting].filter((each) => each.network === network).length
        for (const [i, act] of acts.entries()) {
          if (act !== "turn") waiting.add(act)
          const gone = act === "turn" ? line.take(i) : line.add(act, i)
          if (gone === undefined) continue
          if (act !== "turn")
            for (const other of waiting)
              if (blockOf(other.network) === blockOf(gone.network)) assert.isAtLeast(loadOf(gone), loadOf(other))
          waiting.delete(gone)
          if (act === "turn") taken.set(gone.network, (taken.get(gone.network) ?? 0) + 1)
        }
      })
    )
  })
})
