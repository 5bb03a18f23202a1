/** A mention before an Arabic comma, a danda or a Thai word is one: other characters are letters. No index knows of them. */
import { mentionLetters } from "@hibiki/core/domain/Mentions"
import type { Migration } from "../Migration.ts"
import { mentioned } from "./0026Mentions.ts"

const replaced = mentioned(mentionLetters).replace("create function", () => "create or replace function")

export const mentionLettersKnown: Migration = { version: 29, name: "mention-letters", runsBeside: 4, sql: replaced }
