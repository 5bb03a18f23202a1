/** How commands speak to the person: the screen and the plain lines each implement it. */
import type { Effect } from "effect"

export interface ChatUi {
  /** One line, such as a confirmation. */
  readonly notice: (text: string) => void
  /** Why a request was not carried out. */
  readonly refuse: (text: string) => void
  /** Several lines, such as a list. */
  readonly lines: (title: string, lines: ReadonlyArray<string>) => void
  /** Hides the answer while the person types it. Undefined: the person gave up. */
  readonly ask: (prompt: string) => Effect.Effect<string | undefined>
}
