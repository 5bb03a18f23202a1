/**
 * Port: the log of administrators' acts. Entries are only added. A change by anyone else is evident to somebody who
 * kept the head of the log, and to nobody else.
 */
import { Cause, Context, Effect, Exit, Option } from "effect"
import { type AuditAct, type AuditEntry, type AuditTargets, auditOutcomes } from "../domain/Audit.ts"
import { StoreUnavailable } from "./EventStore.ts"

/** Who acts, and from where. */
export interface Actor {
  /** A user id, "command line" or "system". */
  readonly actor: string
  /** As the settings let it be stored. Empty: none. */
  readonly origin: string
}

export interface AuditNote extends Actor {
  readonly act: AuditAct
  readonly targets: AuditTargets
}

/** The last entry of the log, which proves all entries before it. */
export interface AuditHead {
  readonly seq: number
  readonly mac: string
}

export interface AuditFilter {
  readonly actor?: string | undefined
  readonly act?: string | undefined
  /** An id of any kind. */
  readonly target?: string | undefined
  /** Not before this time. */
  readonly from?: number | undefined
  /** Before this time. */
  readonly until?: number | undefined
}

/** Returns the code for the entry about this refusal. Undefined: the act failed. It is not asked about the store. */
export type CodeOf<E> = (error: E) => string | undefined

export class AuditLog extends Context.Tag("@hibiki/core/ports/AuditLog")<
  AuditLog,
  {
    /**
     * Runs an act on the store of accounts, and commits it together with its entry. A refusal by the act undoes the
     * act's changes and has an entry as well. If the store fails, neither act nor entry is stored, and an entry about
     * the failure follows if possible. The act must not wait for anything but the store, and uses no other store. It
     * can't be interrupted. `found` adds targets that only the act's result tells.
     */
    readonly act: <A, E, R>(
      note: AuditNote,
      act: Effect.Effect<A, E | StoreUnavailable, R>,
      codeOf: CodeOf<E>,
      found?: (result: A) => AuditTargets
    ) => Effect.Effect<A, E | StoreUnavailable, R>
    /** Adds an entry by itself. Within `act`, it is part of that transaction. */
    readonly append: (
      note: AuditNote,
      outcome: string,
      begun?: number | undefined
    ) => Effect.Effect<AuditEntry, StoreUnavailable>
    /** Entries below `before`, or from the newest on: the newest first. */
    readonly page: (
      filter: AuditFilter,
      before: number | undefined,
      limit: number
    ) => Effect.Effect<ReadonlyArray<AuditEntry>, StoreUnavailable>
    /** Entries above `after`, the oldest first. */
    readonly after: (after: number, limit: number) => Effect.Effect<ReadonlyArray<AuditEntry>, StoreUnavailable>
    /** Undefined: no entry yet. */
    readonly head: Effect.Effect<AuditHead | undefined, StoreUnavailable>
    /** Returns the mac of an entry's text by the server's secret key. `previous` is "" for the first entry. */
    readonly mac: (previous: string, text: string) => string
    /** Returns a digest that everybody can compute. */
    readonly digest: (text: string) => string
  }
>() {}

/** Returns what an entry says of this end. Undefined: a fault. */
export const auditOutcomeOf = <A, E>(
  exit: Exit.Exit<A, E | StoreUnavailable>,
  codeOf: CodeOf<E>
): string | undefined =>
  Exit.isSuccess(exit)
    ? auditOutcomes.done
    : Option.getOrUndefined(
        Option.map(Cause.failureOption(exit.cause), (error) =>
          error instanceof StoreUnavailable ? undefined : codeOf(error)
        )
      )

/**
 * Commits an entry before it runs an act that is no transaction on the store of accounts. A second entry tells the
 * outcome, and names what only the result tells. If the first entry can't be stored, the act does not run. If the
 * second can't, the server's log tells it.
 */
export const auditAround = <A, E, R>(
  log: AuditLog["Type"],
  note: AuditNote,
  act: Effect.Effect<A, E | StoreUnavailable, R>,
  codeOf: CodeOf<E>,
  found?: (result: A) => AuditTargets
): Effect.Effect<A, E | StoreUnavailable, R> =>
  Effect.flatMap(log.append(note, auditOutcomes.begun), ({ seq }) =>
    Effect.onExit(act, (exit) => {
      const targets = Exit.isSuccess(exit) ? { ...note.targets, ...found?.(exit.value) } : note.targets
      return Effect.catchAllCause(
        log.append({ ...note, targets }, auditOutcomeOf(exit, codeOf) ?? auditOutcomes.failed, seq),
        auditMissed(note)
      )
    })
  )

/** Tells an act in the server's log that the audit log could not take. */
export const auditMissed =
  ({ act, actor, targets }: AuditNote) =>
  (cause: Cause.Cause<unknown>): Effect.Effect<void> =>
    Effect.annotateLogs(Effect.logError("The audit log has no entry about how this act ended", cause), {
      actor,
      act,
      ...targets
    })
