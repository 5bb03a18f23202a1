/**
 * What stands in place of what comes from somebody whom one blocks, and of what would be written to that person. Loaded
 * when there is some.
 */
import { later } from "../../lib/later.ts"

export const Blocked = later(() => import("./BlockedPart.tsx").then((module) => module.BlockedPart))
