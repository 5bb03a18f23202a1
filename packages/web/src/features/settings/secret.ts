/**
 * Passwords as the calls take them: redacted, so that no log shows one. Comes with screens that are loaded after the
 * live part.
 */
import { make, type Redacted } from "effect/Redacted"

export const secret = (text: string): Redacted => make(text)
