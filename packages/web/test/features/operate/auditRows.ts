/** Entries of the audit log, as a server sends them. */
import type { AuditEntry } from "@hibiki/core/domain/Audit"
import { EventSeq } from "@hibiki/core/domain/Ids"

/** By the person whom the stage signs in. */
export const auditEntry = (seq: number, more: Partial<AuditEntry> = {}): AuditEntry => ({
  seq: EventSeq.make(seq),
  at: Date.UTC(2026, 10, 25, 12, 0, seq),
  actor: "01900001-0000-7000-8000-000000000001",
  act: "user.devices",
  targets: {},
  outcome: "done",
  origin: "",
  mac: "",
  ...more
})
