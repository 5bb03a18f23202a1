/** How commands speak to the person: the screen and the plain lines each have their way of it. */
import type { Effect } from "effect"

export interface ChatUi {
  /** One line, such as an error or a confirmation. */
  readonly notice: (text: string) => void
  /** Several lines, such as a list. */
  readonly lines: (title: string, lines: ReadonlyArray<string>) => void
  /** Undefined: the person gave up. */
  readonly ask: (prompt: string) => Effect.Effect<string | undefined>
}
