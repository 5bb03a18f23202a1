/**
 * Before step 16 a conversation could be left without an owner: its only member came back to it, or gave the role up when alone. Nobody
 * could ever rename it, remove anybody or set a role. Each gets one: of its members who may sign in, or of all, who has been there for longest.
 */
import type { Migration } from "../Migration.ts"

// By an event, as any change of a role: who reads the log would not know of it otherwise. In the name of the member itself, as nobody else
// is known to be there. Members are read under the log's lock, by a statement of their own.
const owners = `
do $$
declare
  _log uuid;
  _user uuid;
begin
  for _log in
    select c.id from conversations c
      where c.kind in ('group', 'channel') and c.members > 0
        and not exists (select from memberships m where m.conversation_id = c.id and m.role = 'owner')
      order by c.id for update
  loop
    select m.user_id into _user from memberships m join users u on u.id = m.user_id
      where m.conversation_id = _log order by u.disabled_at is not null, m.joined_seq, m.user_id limit 1;
    continue when not found;
    update memberships m set role = 'owner' where m.conversation_id = _log and m.user_id = _user;
    perform hibiki_store(hibiki_store_now(), _log, gen_random_uuid(), _user, null, 'roleChanged', null,
      jsonb_build_object('userId', _user, 'role', 'owner'), null);
  end loop;
end $$;
`

export const ownersGiven: Migration = { version: 17, name: "owners given", runsBeside: 4, sql: owners }
