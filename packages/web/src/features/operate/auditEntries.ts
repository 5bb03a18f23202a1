/** The filter of the audit screen, and how its list grows. Plain rules. */
import { type AuditEntry, auditTargetKinds } from "@hibiki/core/domain/Audit"
import type { AuditQuery } from "@hibiki/core/protocol/rpc/AdminRpcs"
import { listedMax } from "./createPages.ts"

export interface Entries {
  /** Newest first. */
  readonly entries: ReadonlyArray<AuditEntry>
  /** Whether there are older ones. */
  readonly more: boolean
}

/**
 * Returns the list with the newest page on top. If entries between the two may be missing, the page replaces the list.
 * The list keeps its bound: the oldest go.
 */
export const withNewest = (known: Entries, page: Entries): Entries => {
  const newest = known.entries[0]?.seq ?? 0
  const fresh = page.entries.filter(({ seq }) => seq > newest)
  if (fresh.length === 0) return known
  if (newest === 0 || (fresh.length === page.entries.length && page.more)) return page
  const entries = [...fresh, ...known.entries]
  return entries.length <= listedMax
    ? { entries, more: known.more }
    : { entries: entries.slice(0, listedMax), more: true }
}

/** The filter as the address has it: texts as they were typed, times in ms. */
export interface AuditFilter {
  readonly act: string
  readonly actor: string
  readonly target: string
  readonly from: number | undefined
  readonly until: number | undefined
}

/** Longest word of a filter, in code units. */
export const wordMax = 128

/** Reads the filter from the address, which anybody may have written. */
export const filterIn = (search: Readonly<Record<string, unknown>>): AuditFilter => {
  const text = (key: string) => (typeof search[key] === "string" ? search[key].slice(0, wordMax) : "")
  const time = (key: string) => {
    const ms = text(key) === "" ? Number.NaN : Number(text(key))
    return Number.isSafeInteger(ms) && ms >= 0 ? ms : undefined
  }
  return { act: text("act"), actor: text("actor"), target: text("target"), from: time("from"), until: time("until") }
}

/** Returns the call's payload. `actor`, `target`: ids. */
export const queryOf = ({ act, actor, from, target, until }: AuditFilter): AuditQuery => ({
  ...(act === "" ? {} : { act }),
  ...(actor === "" ? {} : { actor }),
  ...(target === "" ? {} : { target }),
  ...(from === undefined ? {} : { from }),
  ...(until === undefined ? {} : { until })
})

/** Returns the username that was typed in place of an id, in lower case; undefined: it is an id. */
export const handleIn = (typed: string): string | undefined =>
  typed.startsWith("@") && typed.length > 1 ? typed.slice(1).normalize("NFKC").toLowerCase() : undefined

/** Targets that are no ids: nobody looks for them. */
const plain: ReadonlySet<string> = new Set(["count", "digest", "reason", "sealed"])

/** Returns the targets in the order in which the log lists kinds; those of a newer server last. */
export const targetsOf = ({ targets }: Pick<AuditEntry, "targets">) => {
  const kinds: ReadonlyArray<string> = auditTargetKinds
  const place = (kind: string) => (kinds.includes(kind) ? kinds.indexOf(kind) : kinds.length)
  return Object.entries(targets)
    .map(([kind, id]) => ({ kind, id, filters: !plain.has(kind) }))
    .sort((a, b) => place(a.kind) - place(b.kind))
}

/** Ids that were made at about the same time begin alike, so it shows both ends. */
export const shortId = (id: string): string => (id.length > 20 ? `${id.slice(0, 8)}…${id.slice(-4)}` : id)

const two = (value: number) => String(value).padStart(2, "0")

/** Returns the time as a field for date and time has it, in this device's time zone. */
export const fieldTime = (at: number | undefined): string => {
  if (at === undefined) return ""
  const date = new Date(at)
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("-")
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`
}

/** Returns the time of such a field (ms); undefined if it has none. */
export const timeOf = (value: string): number | undefined => {
  const at = value === "" ? Number.NaN : new Date(value).getTime()
  return Number.isNaN(at) ? undefined : at
}
