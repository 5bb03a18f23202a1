/** Who is no member any more takes back what was stored a short while ago, and erases nothing older. */
import { Limits } from "@hibiki/core/domain/Limits"
import type { Migration } from "../Migration.ts"
import { withdraw as before } from "./0014FinalForStrangers.ts"

const erasing = "    if not _found.deleted then\n"
const withdraw = before.replace(
  erasing,
  () => `${erasing}      if _now - _found.at > ${Limits.takenBackMs}
        and (select true from memberships m where m.conversation_id = _c.log and m.user_id = _c.by_user) is null then
        return hibiki_refused('forbidden');
      end if;
`
)

export const takenBack: Migration = { version: 31, name: "taken back", runsBeside: 4, sql: withdraw }
