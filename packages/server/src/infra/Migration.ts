/** One step of the database's schema: SQL that runs once, in a transaction of its own. */

export interface Migration {
  /** 1, 2, 3, ... without gap. */
  readonly version: number
  readonly name: string
  /** Any number of statements. */
  readonly sql: string
}
