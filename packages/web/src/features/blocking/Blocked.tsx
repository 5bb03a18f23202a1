/** The placeholder for a blocked person's messages and for the composer to them. Loaded when one is needed. */
import { lazy } from "../../lib/lazy.ts"

export const Blocked = lazy(() => import("./BlockedPart.tsx").then((module) => module.BlockedPart))
