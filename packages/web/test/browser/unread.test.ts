/**
 * Random posts, reads, edits, deletes and reconnects on three devices: what the badges say, and the rows that the
 * browsers keep, equal what a fresh sign-in is told. `HIBIKI_TEST_RUNS` and `HIBIKI_TEST_SEED` choose other runs than
 * the few of the usual test.
 */
import { isDeepStrictEqual } from "node:util"
import { assert, beforeAll, it } from "@effect/vitest"
import { ConversationId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import type { Page } from "playwright-core"
import {
  type Account,
  createGroup,
  makeAccount,
  openDirect,
  readRows,
  readSummaries,
  signInAgain
} from "./harness/api.ts"
import { equalInTime, inTime } from "./harness/eventually.ts"
import { keptRows } from "./harness/kept.ts"
import { isLive, openConversation, signedIn, unreadOf } from "./harness/person.ts"
import { useWorld } from "./harness/world.ts"

const world = useWorld()
const runs = Number(process.env["HIBIKI_TEST_RUNS"] ?? 24)
const firstSeed = Number(process.env["HIBIKI_TEST_SEED"] ?? 1)
/** So often what is kept is looked at, too: it is written a second after it is shown. */
const keptEvery = 6
let conversations: ReadonlyArray<string> = []
let aki: Account
let ben: Account
beforeAll(async () => {
  const { origin } = world.server()
  ;[aki, ben] = await Promise.all([makeAccount(origin, "aki", "Aki"), makeAccount(origin, "ben", "Ben")])
  conversations = [
    await openDirect(origin, ben, aki),
    await createGroup(origin, ben, "One", [aki]),
    await createGroup(origin, ben, "Two", [aki], "channel")
  ]
})

/** Mulberry32: the same numbers for the same seed, so that a failure can be run again. */
const randomOf = (seed: number) => {
  let state = seed
  return (below: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const badge = (unread: number) =>
  unread === 0 ? "" : unread >= Limits.unreadCap ? `${Limits.unreadCap - 1}+` : String(unread)

const badgesOf = (page: Page): Promise<ReadonlyArray<string>> =>
  Promise.all(conversations.map((id) => unreadOf(page, id)))
const badgesFrom = (summaries: Awaited<ReturnType<typeof readSummaries>>) =>
  conversations.map((id) => badge(summaries.find(({ conversationId }) => conversationId === id)?.unread ?? 0))

/** Kept rows that are not what a fresh reader is given. */
const wrongRows = async (page: Page): Promise<ReadonlyArray<unknown>> => {
  const { origin } = world.server()
  const wrong: Array<unknown> = []
  let looked = 0
  for (const id of conversations) {
    const fresh = new Map((await readRows(origin, aki, id)).map((row) => [row.seq, row]))
    for (const row of await keptRows(page, aki, id)) {
      looked++
      if (!isDeepStrictEqual(row, fresh.get(row.seq))) wrong.push([row, fresh.get(row.seq)])
    }
  }
  keptSeen = Math.max(keptSeen, looked)
  return wrong
}
let keptSeen = 0

const holds = async (from: number, to: number) => {
  const { origin } = world.server()
  aki = await signInAgain(origin, "aki")
  const [laptop, phone] = await Promise.all([
    world.device({ name: "laptop", language: "en" }),
    world.device({ name: "phone", size: "phone", language: "ja" })
  ])
  const [first, onPhone] = await Promise.all([signedIn(laptop, "aki"), signedIn(phone, "aki")])
  const second = await laptop.open("/")
  await isLive(second)
  const [writer, reader] = [await world.terminal("ben"), await world.terminal("aki")]
  for (const terminal of [writer, reader]) for (const id of conversations) terminal.open(id)

  for (let run = from; run < to; run++) {
    const random = randomOf(firstSeed + run)
    for (let step = 0, steps = 3 + random(6); step < steps; step++) {
      const id = conversations[random(conversations.length)] ?? ""
      // What is deleted can't be changed again: a refused change would stay where it was asked for.
      const rows = writer.lines(id).filter(([, text]) => text !== "")
      const [target] = rows[random(Math.max(1, rows.length))] ?? []
      switch (random(8)) {
        case 0:
        case 1:
        case 2:
          writer.post(id, `run ${run}, step ${step}`)
          break
        case 3:
          if (target !== undefined) writer.client.edit(ConversationId.make(id), target, `edited in run ${run}`)
          break
        case 4:
          if (target !== undefined) writer.client.delete(ConversationId.make(id), target)
          break
        case 5:
          if (target !== undefined) reader.client.read(ConversationId.make(id), target)
          break
        case 6:
          await openConversation(first, id)
          await first.goto(`${origin}/`)
          break
        case 7:
          phone.network.set("cut")
          phone.network.set("up")
          break
      }
    }
    await inTime("what was written", () => writer.client.inspect().outboxRows === 0)
    for (const [name, page] of Object.entries({ first, second, onPhone })) {
      // A client whose tries failed waits up to 30 s for the next one; from when it is connected, little time is left.
      await isLive(page)
      await equalInTime(
        `run ${run}: the badges of ${name}`,
        () => badgesOf(page),
        async () => badgesFrom(await readSummaries(origin, aki))
      )
    }
    if (run % keptEvery === keptEvery - 1)
      for (const page of [first, onPhone])
        await equalInTime(
          `run ${run}: the kept rows`,
          () => wrongRows(page),
          () => []
        )
  }
  assert.isAbove(keptSeen, 0)
  assert.isAbove((await readRows(origin, aki, conversations[0] ?? "")).length, 0)
}

/** A program's sign-in is good for a quarter of an hour, and this one does not renew it. */
const runsAtOnce = 200
for (let from = 0; from < runs; from += runsAtOnce) {
  const to = Math.min(runs, from + runsAtOnce)
  it(`holds in random runs ${from} to ${to - 1}`, () => holds(from, to), Math.max(90_000, (to - from) * 8_000))
}
