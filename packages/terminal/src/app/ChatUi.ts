/** How commands speak to the person: the screen and the plain lines each have their way of it. */
import type { Effect } from "effect"

export interface ChatUi {
  /** One line, such as a confirmation. */
  readonly notice: (text: string) => void
  /** Why what was asked for was not done. */
  readonly refuse: (text: string) => void
  /** Several lines, such as a list. */
  readonly lines: (title: string, lines: ReadonlyArray<string>) => void
  /** The answer is not shown where a person types it. Undefined: the person gave up. */
  readonly ask: (prompt: string) => Effect.Effect<string | undefined>
}
