/** Checks the audit log entry by entry, and names the first fault. */

import { Effect } from "effect"
import { type AuditEntry, auditText } from "../domain/Audit.ts"
import { type AuditHead, AuditLog } from "../ports/AuditLog.ts"

export interface AuditFault {
  /** The number of the first entry at fault. */
  readonly seq: number
  /**
   * `changed`: its mac does not fit its content and the entry before. `missing`: this number has no entry, although
   * later entries or the stored head show that there was one. `replaced`: the entries fit together, but their head is
   * not the stored one.
   */
  readonly what: "changed" | "missing" | "replaced"
}

export interface AuditVerdict {
  /** How many entries were read. */
  readonly entries: number
  /** How many of the first entries another secret key made. Only their seal proves them. */
  readonly sealed: number
  readonly head: AuditHead | undefined
  readonly fault: AuditFault | undefined
}

const pageSize = 500

/**
 * Reads the whole log. Without `kept`, a cut at the end of the log stays unseen. Entries that another key made are
 * accepted if a later entry of this server's key seals them with their digest.
 */
export const verifyAudit = Effect.fn("verifyAudit")(function* (kept?: AuditHead) {
  const log = yield* AuditLog
  const walk = new Walk(log, kept)
  for (;;) {
    const page = yield* log.after(walk.seq, pageSize)
    for (const entry of page) if (!walk.accepts(entry)) return walk.verdict
    if (page.length < pageSize) return walk.end
  }
})

/** Returns the digest of the first entries, up to the last one that exists now, for a seal. */
export const auditDigest = Effect.fn("auditDigest")(function* () {
  const log = yield* AuditLog
  let [seq, digest] = [0, ""]
  for (;;) {
    const page = yield* log.after(seq, pageSize)
    for (const entry of page) {
      digest = digestOf(log, digest, entry)
      seq = entry.seq
    }
    if (page.length < pageSize) return { seq, digest }
  }
})

const digestOf = (log: AuditLog["Type"], before: string, { mac, ...entry }: AuditEntry): string =>
  log.digest(`${before} ${auditText(entry)} ${mac}`)

class Walk {
  seq = 0
  #sealed = 0
  #mac = ""
  #digest = ""
  /** The first entry whose mac is not of this server's key, and which no seal covers so far. */
  #unproven: number | undefined
  #replaced: number | undefined
  #missing: number | undefined
  readonly #log: AuditLog["Type"]
  readonly #kept: AuditHead | undefined

  constructor(log: AuditLog["Type"], kept: AuditHead | undefined) {
    this.#log = log
    this.#kept = kept
  }

  /** False: an entry is missing before this one. */
  accepts(entry: AuditEntry): boolean {
    if (entry.seq !== this.seq + 1) {
      this.#missing = this.seq + 1
      return false
    }
    const { mac, ...content } = entry
    if (this.#log.mac(this.#mac, auditText(content)) !== mac) this.#unproven ??= entry.seq
    else if (this.#unproven !== undefined && this.#isSeal(entry)) {
      this.#unproven = undefined
      this.#sealed = this.seq
    }
    if (entry.seq === this.#kept?.seq && mac !== this.#kept.mac) this.#replaced = entry.seq
    this.#digest = digestOf(this.#log, this.#digest, entry)
    this.seq = entry.seq
    this.#mac = mac
    return true
  }

  /** Whether the entry covers all entries before it. Only the server's key can make one. */
  #isSeal({ targets }: AuditEntry): boolean {
    return targets["sealed"] === String(this.seq) && targets["digest"] === this.#digest
  }

  get verdict(): AuditVerdict {
    const found: ReadonlyArray<readonly [number | undefined, AuditFault["what"]]> = [
      [this.#unproven, "changed"],
      [this.#missing, "missing"],
      [this.#replaced, "replaced"]
    ]
    const [first] = found
      .flatMap(([seq, what]) => (seq === undefined ? [] : [{ seq, what }]))
      .sort((a, b) => a.seq - b.seq)
    const head = this.seq === 0 ? undefined : { seq: this.seq, mac: this.#mac }
    return { entries: this.seq, sealed: this.#sealed, head, fault: first }
  }

  get end(): AuditVerdict {
    if (this.#kept !== undefined && this.#kept.seq > this.seq) this.#missing = this.seq + 1
    return this.verdict
  }
}
