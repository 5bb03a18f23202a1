/**
 * What stands in place of what comes from somebody whom one blocks, and of what would be written to that person. Loaded
 * when there is some.
 */
import { lazy } from "../../lib/lazy.ts"

export const Blocked = lazy(() => import("./BlockedPart.tsx").then((module) => module.BlockedPart))
