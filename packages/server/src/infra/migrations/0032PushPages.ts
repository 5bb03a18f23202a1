/** A page of those who have something unread reads its own members alone, in the order of an index: read and sorted for each page, all pages took a square. */
import type { Migration } from "../Migration.ts"

// The function stops at its limit. What makes it read everything before is a plan that sorts, which looks cheap where it is not known that one stops.
const pages = `
alter function hibiki_push_unread(jsonb, int, bigint) set enable_sort = off;
alter function hibiki_push_unread(jsonb, int, bigint) set enable_bitmapscan = off;
alter function hibiki_push_unread(jsonb, int, bigint) set enable_seqscan = off;
alter function hibiki_push_unread(jsonb, int, bigint) set jit = off;
`

export const pushPages: Migration = { version: 32, name: "push pages", runsBeside: 4, sql: pages }
