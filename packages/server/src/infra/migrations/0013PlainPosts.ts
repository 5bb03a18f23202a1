/** The append takes plain posts by columns, numbered by who gives them, and looks at a command by itself only where one is left. */
import type { Migration } from "../Migration.ts"
import { appending } from "./0001Append.ts"

/** A database that is made now has it from the first step on; it reads nothing that came later. */
export const plainPosts: Migration = { version: 13, name: "plain posts", runsBeside: 4, sql: appending }
