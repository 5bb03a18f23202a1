/** Where somebody goes who had to sign in first: to the place that they had opened, unless it was somebody else's. */
import type { UserId } from "@hibiki/core/domain/Ids"

export interface Wanted {
  /**
   * Of this page's own address. It stays in memory: an address that others can write says nothing of where a sign-in
   * leads.
   */
  readonly path: string
  /** Who was signed in there; undefined: nobody, since this page was loaded. */
  readonly by: UserId | undefined
}

export const wayIn = (wanted: Wanted | undefined, who: UserId | undefined): string =>
  wanted !== undefined && (wanted.by === undefined || wanted.by === who) ? wanted.path : "/"
