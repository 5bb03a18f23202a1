/** Shorter ways in the database of a run, to see that the run notices. No setting of the product leads to them: they are other functions in place of its own. */
import { appends } from "../../live/appendMutants.ts"

/** Of posts that stand beside other commands, which are decided one by one. */
const decideWithoutLookUp = `
do $$
declare
  _source text := pg_get_functiondef('hibiki_decide(bigint, uuid, hibiki_command)'::regprocedure);
  _looks text := E'if found then\\n    if _found.same';
begin
  if position(_looks in _source) = 0 then raise exception 'hibiki_decide no longer looks commands up as it did'; end if;
  execute replace(_source, _looks, E'if found and _kind <> ''post'' then\\n    if _found.same');
end $$`

export const sabotages = {
  /** A post that comes again is stored again. */
  dedupe: ["drop index events_ids", appends.withoutLookUp, decideWithoutLookUp]
} as const

export type Sabotage = keyof typeof sabotages
export const isSabotage = (name: string): name is Sabotage => name in sabotages
