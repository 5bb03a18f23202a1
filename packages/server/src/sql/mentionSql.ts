/** Whom a text mentions, in SQL: made of core's rule (`Mentions.ts`), which a test holds against it. */
import { mentionLetters, mentionSigns } from "@hibiki/core/domain/Mentions"

/** A message's text as it is now, of a row of the events. */
export const textNow = (row: string): string => `coalesce(${row}.edited_text, ${row}.body->>'text')`

/** Whether it holds a sign, in the words of the index `events_mentions`, so that queries can use it. */
export const holdsSign = (row: string): string =>
  `(${mentionSigns.map((sign) => `strpos(${textNow(row)}, '${sign}') > 0`).join(" or ")})`

const before = `(?<![${mentionLetters}/@])`
const after = `(?![${mentionLetters}]|[.-][${mentionLetters}])`

/**
 * Whether a text mentions whoever has the handle; both are columns. Most texts name others, which is told without an
 * expression.
 */
export const mentioned = (text: string, handle: string): string => {
  const plain = `lower(replace(${text}, '＠', '@') collate "C")`
  return `case
          when ${handle} <> '' and strpos(${plain}, '@' || ${handle}) > 0
            then ${plain} ~ ('${before}@' || replace(${handle}, '.', '\\.') || case when ${handle} ~ '[${mentionLetters}.-]$' then '${after}' else '' end)
          else false
        end`
}
