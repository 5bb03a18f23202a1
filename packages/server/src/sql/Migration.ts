/** The steps that create the tables of a database, and whether a program works with the tables that it finds. */
import { createHash } from "node:crypto"

/** The first step, on an empty database: the files of the schema. It is version 1. */
export interface Baseline {
  readonly sql: string
  /** The fingerprint of these texts. A database records it, and a program refuses tables made by other texts. */
  readonly fingerprint: string
}

export const makeBaseline = (texts: ReadonlyArray<string>): Baseline => {
  const sql = texts.join("\n")
  return { sql, fingerprint: createHash("sha256").update(sql).digest("hex") }
}

/** One later step: SQL that runs once, in a transaction of its own. */
export interface Migration {
  /** 2, 3, ... without a gap. */
  readonly version: number
  readonly name: string
  /**
   * The oldest program, by the version that it knows, that works on the tables after this step as before. A step that
   * only adds lets older programs run on while they are replaced one by one. Undefined: none does, and all are stopped
   * first.
   */
  readonly runsBeside?: number | undefined
  /** Any number of statements. */
  readonly sql: string
}

export interface TableSchema {
  readonly baseline: Baseline
  /** In order. */
  readonly migrations: ReadonlyArray<Migration>
}

/** The version that a program of this schema knows. */
export const knownVersion = ({ migrations }: TableSchema): number => 1 + migrations.length

/** The facts that a database records about its tables. */
export interface SchemaFacts {
  readonly version: number
  /** The oldest program that works on it, by the version that it knows. */
  readonly oldest: number
  /** The fingerprint of its baseline. Null if it was made otherwise. */
  readonly fingerprint: string | null
}

/** Reads through JSON, so that it works on every table of that name, whichever columns it has. */
export const schemaQuery = `
  select coalesce(max((to_jsonb(s)->>'version')::int), 0) as version,
    coalesce(max(coalesce(to_jsonb(s)->>'runs_beside', to_jsonb(s)->>'version')::int), 0) as oldest,
    max(to_jsonb(s)->>'fingerprint') as fingerprint
  from schema_version s`

/**
 * `absent`: there are none yet. `other`: another text made them, so that nobody knows what they are. `newer`: this
 * program does not work on them. `older`: this program brings them up to date. `current`: it works on them.
 */
export type SchemaState = "absent" | "other" | "newer" | "older" | "current"

/** Undefined facts mean that the database has no table of versions. */
export const stateOf = (facts: SchemaFacts | undefined, schema: TableSchema): SchemaState => {
  if (facts === undefined) return "absent"
  if (facts.fingerprint !== schema.baseline.fingerprint) return "other"
  const known = knownVersion(schema)
  if (facts.version < known) return "older"
  return facts.version === known || facts.oldest <= known ? "current" : "newer"
}
