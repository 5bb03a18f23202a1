/** The audit log in memory. An act that fails is not undone here: the stores in memory refuse before they change. */
import { type AuditEntry, auditOutcomes, auditText } from "@hibiki/core/domain/Audit"
import { AuditLog, auditMissed, auditOutcomeOf } from "@hibiki/core/ports/AuditLog"
import { Clock, Effect, Exit, Layer } from "effect"
import { weakDigest } from "./weakDigest.ts"

export const AuditLogMemory = Layer.sync(AuditLog, () => {
  const entries: Array<AuditEntry> = []
  const mac = (previous: string, text: string) => weakDigest(`a key ${previous} ${text}`)
  const append: AuditLog["Type"]["append"] = ({ act, actor, origin, targets }, outcome, begun) =>
    Effect.map(Clock.currentTimeMillis, (at) => {
      const content = {
        ...{ seq: entries.length + 1, at, actor, act, outcome, origin },
        targets: targets as Readonly<Record<string, string>>,
        ...(begun === undefined ? {} : { begun })
      }
      const entry = { ...content, mac: mac(entries.at(-1)?.mac ?? "", auditText(content)) }
      entries.push(entry)
      return entry
    })
  return AuditLog.of({
    act: (note, act, codeOf, found) =>
      Effect.uninterruptible(
        Effect.flatMap(Effect.exit(act), (exit) => {
          const targets = Exit.isSuccess(exit) ? { ...note.targets, ...found?.(exit.value) } : note.targets
          const noted = append({ ...note, targets }, auditOutcomeOf(exit, codeOf) ?? auditOutcomes.failed)
          return Effect.zipRight(Effect.catchAllCause(noted, auditMissed(note)), exit)
        })
      ),
    append,
    page: ({ act, actor, from, target, until }, before, limit) =>
      Effect.sync(() =>
        entries
          .filter(
            (entry) =>
              entry.seq < (before ?? Number.POSITIVE_INFINITY) &&
              (actor === undefined || entry.actor === actor) &&
              (act === undefined || entry.act === act) &&
              (target === undefined || Object.values(entry.targets).includes(target)) &&
              entry.at >= (from ?? 0) &&
              entry.at < (until ?? Number.POSITIVE_INFINITY)
          )
          .slice(-limit)
          .reverse()
      ),
    after: (after, limit) => Effect.sync(() => entries.slice(after, after + limit)),
    head: Effect.sync(() => {
      const last = entries.at(-1)
      return last && { seq: last.seq, mac: last.mac }
    }),
    mac,
    digest: weakDigest
  })
})
