/** Members may have a conversation among their favourites: one more flag, kept and told as that of muting is. */
import type { Migration } from "../Migration.ts"
import { cursor as cursorBefore } from "./0008Mute.ts"
import { same as sameBefore } from "./0012Replies.ts"
import { decide as decideBefore } from "./0014FinalForStrangers.ts"

// It ends with the membership, as the read cursor does.
const column = `
alter table read_cursors add column favourite boolean not null default false;
`

// As before, with one more command of the personal log, whose event bears its name.
const same = sameBefore.replace("'muted' then 'mute'", (muted) => `${muted} when 'favourite' then 'favourite'`)
const decide = decideBefore.replace("'markUnread', 'mute'", (kinds) => `${kinds}, 'favourite'`)

const setsMuted = `
  if _c.body->>'kind' = 'mute' then
    update read_cursors r set muted = _on where r.user_id = _c.by_user and r.conversation_id = _conversation and r.muted <> _on;`
const setsFlag = `
  if _c.body->>'kind' in ('mute', 'favourite') then
    update read_cursors r set
        muted = case _c.body->>'kind' when 'mute' then _on else r.muted end,
        favourite = case _c.body->>'kind' when 'favourite' then _on else r.favourite end
      where r.user_id = _c.by_user and r.conversation_id = _conversation
        and case _c.body->>'kind' when 'mute' then r.muted else r.favourite end <> _on;`
const cursor = cursorBefore
  .replace(setsMuted, () => setsFlag)
  .replace("_c.device, 'muted',", () => "_c.device, case _c.body->>'kind' when 'mute' then 'muted' else 'favourite' end,")

export const favourites: Migration = { version: 28, name: "favourites", runsBeside: 4, sql: column + same + decide + cursor }
