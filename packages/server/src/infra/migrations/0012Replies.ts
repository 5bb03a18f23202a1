/** A reply that may have outlived a restore is given again without the number of before, under its own id: it is a repeat. */
import type { Migration } from "../Migration.ts"

// As before, but for a post that names nothing: it is also the reply that has its text.
export const same = `
create or replace function hibiki_same(_kind text, _body jsonb, _asked jsonb, _command jsonb) returns boolean language sql immutable as $$
  select case
    when _body ? 'blanked' then true
    when _asked is not null then _asked = _command
    when _kind = 'posted' and not _command ? 'replyTo' then _command = (_body - 'replyTo') || '{"kind": "post"}'
    else _command = _body || jsonb_build_object('kind', case _kind
      when 'posted' then 'post' when 'edited' then 'edit' when 'deleted' then 'delete' when 'reacted' then 'react'
      when 'unreacted' then 'unreact' when 'left' then 'remove' when 'renamed' then 'rename' when 'roleChanged' then 'setRole'
      when 'markedUnread' then 'markUnread' when 'muted' then 'mute' else 'none' end)
  end
$$;
`

export const replies: Migration = { version: 12, name: "replies", runsBeside: 4, sql: same }
