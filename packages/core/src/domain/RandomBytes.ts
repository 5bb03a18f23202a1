/** Where random bytes for ids and secrets come from. */
import { Context } from "effect"

/** Fresh bytes, so many. The platform's secure source, unless a run that must repeat exactly gives another. */
export class RandomBytes extends Context.Reference<RandomBytes>()("@hibiki/core/domain/RandomBytes", {
  defaultValue:
    () =>
    (length: number): Uint8Array =>
      crypto.getRandomValues(new Uint8Array(length))
}) {}
