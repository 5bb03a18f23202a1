/** One step of the database's schema: SQL that runs once, in a transaction of its own. */

export interface Migration {
  /** 1, 2, 3, ... without gap. */
  readonly version: number
  readonly name: string
  /**
   * The oldest program, by the version that it knows, that works on the tables after this step as before: a step that only adds lets the
   * programs of before run on while they are replaced one by one. Not given: none does, and all are stopped first.
   */
  readonly runsBeside?: number | undefined
  /** Any number of statements. */
  readonly sql: string
}

/** What a database says of its schema. */
export interface SchemaFacts {
  /** 0: there is none. */
  readonly version: number
  /** The oldest program that works on it, by the version that it knows. */
  readonly oldest: number
}

/** Whether a program that knows `known` versions works on it, or may bring it up. */
export const isKnown = ({ oldest, version }: SchemaFacts, known: number): boolean => version <= known || oldest <= known

/** Of tables that were made before the second was noted, too. */
export const schemaQuery = `
  select coalesce(max(version), 0)::int as version, coalesce(max(coalesce((to_jsonb(s)->>'runs_beside')::int, version)), 0)::int as oldest
  from schema_version s`
