/** The moments at which a run kills the server, and the order in which it comes to them. */

/** On a new folder, before anybody has an account: each start gets one step further than the last. */
const firstStartPoints = [
  /** The first files of the database are there. */
  "making",
  /** The database is whole, and not yet at its place. */
  "made",
  /** At its place, and never opened. */
  "moved",
  /** At some moment while a migration's statements run. */
  "migrating",
  /** A migration's statements ran, its commit was not sent. */
  "migrationCommit",
  /** One migration is committed, the next has not begun. */
  "nextMigration",
  /** The file of the server's key is there and empty. */
  "emptyKey"
] as const

/** A start on a folder whose last server was killed under load. */
const restartPoints = [
  /** At some moment while the database opens and recovers. */
  "opening",
  /** It is open, and nothing was asked of it. */
  "opened"
] as const

const loadPoints = [
  /** Any moment at which enough sends are open. */
  "random",
  /** An append's statement ran, its commit was not sent. */
  "beforeCommit",
  /** An append is committed, and nobody was told. */
  "afterCommit"
] as const

/** Faults made on purpose, to see that a run notices. */
export const sabotages = [
  /** An append is answered and told to everybody before its commit is sent. */
  "answeredFirst"
] as const

export type Point =
  | (typeof firstStartPoints)[number]
  | (typeof restartPoints)[number]
  | (typeof loadPoints)[number]
  | (typeof sabotages)[number]

/** A start ends by itself there; all others are reached under load. */
export const isInStart = (point: Point): boolean => [...firstStartPoints, ...restartPoints].some((one) => one === point)

/** On one folder: every point once, each restart behind a kill under load. */
export const everyPoint: ReadonlyArray<Point> = [
  ...firstStartPoints,
  "random",
  "opening",
  "beforeCommit",
  "opened",
  "afterCommit"
]

/** Folders with every point each, then one that is ended at any moment until there are enough kills. */
export const plan = (kills: number): ReadonlyArray<ReadonlyArray<Point>> => {
  const whole = Math.floor(kills / everyPoint.length)
  const rest = kills - whole * everyPoint.length
  return [
    ...Array.from({ length: whole }, () => everyPoint),
    ...(rest === 0 ? [] : [Array.from({ length: rest }, (): Point => "random")])
  ]
}

/** What a server writes before it ends itself there. */
export const lastWords = (point: Point): string => `ended at ${point}`
