/** The contract of the AuditLog. Other acts may run at the same time: a case looks for its own entries. */
import { type AuditEntry, auditText } from "@hibiki/core/domain/Audit"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { AuditLog, type AuditNote, auditAround } from "@hibiki/core/ports/AuditLog"
import { Data, Effect, Exit } from "effect"
import { type AccountScene, type AccountStores, accountScene } from "./accounts/AccountScene.ts"
import { type ContractAssert, type ContractCase, type ContractIt, runCases } from "./Contract.ts"

class Refusal extends Data.TaggedError("Refusal")<{ readonly code: string }> {}
const codeOf = ({ code }: Refusal) => code

interface Scene extends AccountScene {
  readonly log: AuditLog["Type"]
  /** A note of a fresh actor about a fresh user. */
  readonly note: Effect.Effect<AuditNote & { readonly user: string }>
  /** All entries of one actor, the oldest first. */
  readonly of: (actor: string) => Effect.Effect<ReadonlyArray<AuditEntry>, unknown>
}

const outcomes = (entries: ReadonlyArray<AuditEntry>) => entries.map(({ outcome }) => outcome)

const cases: ReadonlyArray<ContractCase<Scene>> = [
  {
    name: "an act that is done has an entry with everything that the note says",
    run: ({ assert, log, note, of, user, users }) =>
      Effect.gen(function* () {
        const [by, { userId }] = [yield* note, yield* user()]
        const made = yield* log.act(by, Effect.orDie(users.setAdmin(userId, true)), codeOf, (isDone) => ({
          count: String(isDone)
        }))
        assert.strictEqual(made, true)
        const [entry, ...others] = yield* of(by.actor)
        assert.deepStrictEqual(
          [entry?.act, entry?.actor, entry?.origin, entry?.outcome, entry?.begun, others.length],
          ["user.promote", by.actor, "192.0.2.0/24", "done", undefined, 0]
        )
        assert.deepStrictEqual(entry?.targets, { user: by.user, count: "true" })
      })
  },
  {
    name: "a refusal has an entry with its code, and the caller gets it as it was",
    run: ({ assert, log, note, of }) =>
      Effect.gen(function* () {
        const by = yield* note
        const refused = yield* Effect.flip(log.act(by, Effect.fail(new Refusal({ code: "not_today" })), codeOf))
        assert.deepStrictEqual([refused._tag, outcomes(yield* of(by.actor))], ["Refusal", ["not_today"]])
      })
  },
  {
    name: "a defect has an entry that says so",
    run: ({ assert, log, note, of }) =>
      Effect.gen(function* () {
        const by = yield* note
        const exit = yield* Effect.exit(log.act(by, Effect.die("a bug"), codeOf))
        assert.deepStrictEqual([Exit.isFailure(exit), outcomes(yield* of(by.actor))], [true, ["failed"]])
      })
  },
  {
    name: "an act beside the store is announced before it begins, and the second entry refers to the first",
    run: ({ assert, log, note, of }) =>
      Effect.gen(function* () {
        const by = yield* note
        const during = yield* auditAround(log, by, Effect.orDie(of(by.actor)), codeOf)
        assert.deepStrictEqual(outcomes(during), ["begun"])
        const refused = Effect.fail(new Refusal({ code: "not_today" }))
        yield* Effect.exit(auditAround(log, by, refused, codeOf))
        yield* Effect.exit(auditAround(log, by, Effect.die("a bug"), codeOf))
        const all = yield* of(by.actor)
        assert.deepStrictEqual(outcomes(all), ["begun", "done", "begun", "not_today", "begun", "failed"])
        assert.deepStrictEqual(
          all.map(({ begun }) => begun),
          [0, 1, 2, 3, 4, 5].map((i) => (i % 2 === 0 ? undefined : all[i - 1]?.seq))
        )
      })
  },
  {
    name: "entries are numbered without a gap, also by many at once, and each mac covers the entry before",
    run: ({ assert, log, note, of }) =>
      Effect.gen(function* () {
        const before = (yield* log.head)?.seq ?? 0
        const notes = yield* Effect.forEach(Array.from({ length: 12 }), () => note)
        yield* Effect.forEach(notes, (by) => log.act(by, Effect.void, codeOf), { concurrency: "unbounded" })
        const all = yield* log.after(before, 1_000)
        assert.deepStrictEqual(
          all.map(({ seq }) => seq),
          all.map((_, i) => before + i + 1)
        )
        for (const { actor } of notes) assert.strictEqual((yield* of(actor)).length, 1)
        for (const [i, { mac, ...entry }] of all.slice(1).entries())
          assert.strictEqual(mac, log.mac(all[i]?.mac ?? "", auditText(entry)))
        const head = yield* log.head
        assert.deepStrictEqual(head, { seq: all.at(-1)?.seq, mac: all.at(-1)?.mac })
      })
  },
  {
    name: "the log is filtered by actor, act, target and time, and read page by page",
    run: ({ assert, log, note }) =>
      Effect.gen(function* () {
        const [ann, bob] = [yield* note, yield* note]
        const entries = yield* Effect.forEach(
          [ann, bob, { ...ann, act: "user.disable" }, { ...ann, targets: { device: bob.user } }] as const,
          (by) => log.append(by, "done")
        )
        const found = (filter: Parameters<typeof log.page>[0], limit = 10, before?: number) =>
          Effect.map(log.page(filter, before, limit), (page) =>
            page.map(({ seq }) => entries.findIndex((entry) => entry.seq === seq))
          )
        assert.deepStrictEqual(yield* found({ actor: ann.actor }), [3, 2, 0])
        assert.deepStrictEqual(yield* found({ actor: ann.actor, act: "user.disable" }), [2])
        assert.deepStrictEqual(yield* found({ target: bob.user }), [3, 1])
        assert.deepStrictEqual(yield* found({ actor: ann.actor }, 2), [3, 2])
        assert.deepStrictEqual(yield* found({ actor: ann.actor }, 2, entries[2]?.seq), [0])
        const at = entries[0]?.at ?? 0
        assert.deepStrictEqual(yield* found({ actor: ann.actor, until: at }), [])
        assert.deepStrictEqual(yield* found({ target: ann.user, from: at, until: at + 86_400_000 }), [2, 0])
      })
  }
]

/** How many tests `auditLogContract` runs. */
export const auditLogContractSize = cases.length

export const auditLogContract = ({
  assert,
  it
}: {
  readonly it: ContractIt<AccountStores | AuditLog>
  readonly assert: ContractAssert
}): void =>
  runCases(
    it,
    cases,
    Effect.gen(function* () {
      const [log, scene] = [yield* AuditLog, yield* accountScene(assert)]
      const note = Effect.map(Effect.zip(makeUuidV7, makeUuidV7), ([actor, user]) => ({
        ...{ actor, user, origin: "192.0.2.0/24", act: "user.promote" as const },
        targets: { user }
      }))
      const of = (actor: string) => Effect.map(log.page({ actor }, undefined, 100), (page) => [...page].reverse())
      return { ...scene, log, note, of } as const
    })
  )
