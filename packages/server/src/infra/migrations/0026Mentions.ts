/** Messages that mention somebody are found by an index of the texts that hold a sign, and told by a function. */
import { mentionSigns } from "@hibiki/core/domain/Mentions"
import type { Migration } from "../Migration.ts"

/** A message's text as it is now, of a row of the events. */
export const textNow = (row = ""): string => `coalesce(${row}edited_text, ${row}body->>'text')`

/** Whether it holds a sign, in the words that the index was made with, so that queries can use it. */
export const holdsSign = (row = ""): string => `(${mentionSigns.map((sign) => `strpos(${textNow(row)}, '${sign}') > 0`).join(" or ")})`

// Asked of every message that is stored, so by no regular expression. An edit is a new entry in all indexes of the table, whatever it says: what it
// changes stands in this one's condition. `rev` does not, so reactions stay on their page as before.
const index = `
create index events_mentions on events (conversation_id, seq)
  where kind = 'posted' and not deleted and ${holdsSign()};
`

const plain = "lower(replace(_text, '＠', '@') collate \"C\")"

/**
 * By the rule of core's Mentions.ts, character by character: `letters` are those that words are made of. Most texts name others, which is told without an
 * expression. One statement of plain terms, which the planner puts in place of the call.
 */
export const mentioned = (letters: string): string => {
  const before = `(?<![${letters}/@])`
  const after = `(?![${letters}]|[.-][${letters}])`
  return `
create function hibiki_mentioned(_text text, _handle text) returns boolean language sql immutable parallel safe as $$
  select case
    when _handle <> '' and strpos(${plain}, '@' || _handle) > 0
      then ${plain} ~ ('${before}@' || replace(_handle, '.', '\\.') || case when _handle ~ '[${letters}.-]$' then '${after}' else '' end)
    else false
  end
$$;
`
}

// As they were then: 0029 knows what ends a sentence in other scripts.
const lettersThen = "0-9A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u10ff\u1e00-\u1fff"

export const mentions: Migration = { version: 26, name: "mentions", runsBeside: 4, sql: index + mentioned(lettersThen) }
