/**
 * DEVIATIONS: cases that fail since the server does something else than the documents say, by `group / case`, each with
 * what was seen.
 * They are told at the end of every run. A line whose case passes, or is not there any more, fails the suite until it
 * is taken away.
 */
export const knownDeviations: ReadonlyMap<string, string> = new Map()
