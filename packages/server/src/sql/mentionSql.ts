/** The mentions in a text, in SQL: generated from core's rule (`Mentions.ts`). A test compares the two. */
import { mentionLetters, mentionSigns } from "@hibiki/core/domain/Mentions"

/** The current text of a message, from a row of the events. */
export const textNow = (row: string): string => `coalesce(${row}.edited_text, ${row}.body->>'text')`

/** Whether it contains a sign, in the words of the index `events_mentions`, so that queries can use it. */
export const holdsSign = (row: string): string =>
  `(${mentionSigns.map((sign) => `strpos(${textNow(row)}, '${sign}') > 0`).join(" or ")})`

const before = `(?<![${mentionLetters}/@])`
const after = `(?![${mentionLetters}]|[.-][${mentionLetters}])`

/**
 * Whether a text mentions the user with the handle; both are columns. Most texts mention others. A plain comparison
 * detects that without a regular expression.
 */
export const mentioned = (text: string, handle: string): string => {
  const plain = `lower(replace(${text}, '＠', '@') collate "C")`
  return `case
          when ${handle} <> '' and strpos(${plain}, '@' || ${handle}) > 0
            then ${plain} ~ ('${before}@' || replace(${handle}, '.', '\\.') || case when ${handle} ~ '[${mentionLetters}.-]$' then '${after}' else '' end)
          else false
        end`
}
