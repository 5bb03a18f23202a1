/**
 * The lines of an export: newline-delimited JSON, each `[kind, value]`, described in docs/reference/operations.md. The
 * first is the header. The epoch follows, and the rows of all tables in the order of their keys. After each log there
 * is a line with its count and digest. The last line ends the export with the count and the SHA-256 of all lines
 * between header and end. Two stores with the same content give the same lines between header and end.
 */
import { createHash, type Hash } from "node:crypto"
import { Option, Schema } from "effect"

export const formatVersion = 2

/** Each table comes after those that it refers to; a row is its table's columns, as Postgres writes them. */
export const storeTables = [
  { name: "users", key: ["id"] },
  { name: "devices", key: ["id"] },
  { name: "invites", key: ["hash"] },
  { name: "known_networks", key: ["user_id", "mark"] },
  { name: "blocks", key: ["user_id", "blocked_id"] },
  { name: "conversations", key: ["id"] },
  { name: "memberships", key: ["conversation_id", "user_id"] },
  { name: "bans", key: ["conversation_id", "user_id"] },
  { name: "read_cursors", key: ["user_id", "conversation_id"] },
  { name: "events", key: ["conversation_id", "seq"] },
  { name: "reactions", key: ["conversation_id", "seq", "emoji", "user_id"] },
  { name: "decisions", key: ["conversation_id", "id"] },
  { name: "push_addresses", key: ["device_id"] },
  { name: "audit_entries", key: ["seq"] },
  { name: "presence_buckets", key: ["at"] },
  { name: "presence_counts", key: ["conversation_id", "at"] }
] as const

export type StoreTable = (typeof storeTables)[number]["name"]

const Header = Schema.Struct({
  format: Schema.Int,
  /** The version of the tables. */
  tables: Schema.Int,
  /** The fingerprint of their baseline. If it is another, the rows may fit or not, which the import finds out. */
  baseline: Schema.String,
  /** For people. */
  at: Schema.String,
  program: Schema.String
})
export type Header = typeof Header.Type

const End = Schema.Struct({ lines: Schema.Int, sha256: Schema.String })
export type End = typeof End.Type

/** `rows` are JSON already. */
export const lineOf = (kind: string, json: string): string => `["${kind}",${json}]`

export const headerLine = (header: Header): string => lineOf("hibiki-export", JSON.stringify(header))
export const endLine = (end: End): string => lineOf("end", JSON.stringify(end))

/** Returns the kind of a line and its JSON, unparsed. Undefined if it is no line of an export. */
export const readLine = (line: string): { readonly kind: string; readonly json: string } | undefined => {
  const [start, kind] = /^\["([a-z_-]{1,32})",(?=\{)/.exec(line) ?? []
  return start === undefined || kind === undefined || !line.endsWith("}]")
    ? undefined
    : { kind, json: line.slice(start.length, -1) }
}

export const decodeHeader = (json: string): Header | undefined => Option.getOrUndefined(decodeHeaderOption(json))
export const decodeEnd = (json: string): End | undefined => Option.getOrUndefined(decodeEndOption(json))
export const decodeEpoch = (json: string): string | undefined => Option.getOrUndefined(decodeEpochOption(json))?.epoch

const decodeHeaderOption = Schema.decodeOption(Schema.parseJson(Header))
const decodeEndOption = Schema.decodeOption(Schema.parseJson(End))
const decodeEpochOption = Schema.decodeOption(Schema.parseJson(Schema.Struct({ epoch: Schema.UUID })))

/** Counts and digests lines. */
export class LineDigest {
  readonly #hash: Hash = createHash("sha256")
  #lines = 0

  add(line: string): void {
    this.#hash.update(line).update("\n")
    this.#lines++
  }

  /** To be called once. */
  end(): End {
    return { lines: this.#lines, sha256: this.#hash.digest("hex") }
  }
}
