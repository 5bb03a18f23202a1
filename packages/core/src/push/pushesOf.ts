/** Which logs of a batch somebody may have to be woken for. */
import type { ConversationId } from "../domain/Ids.ts"
import type { LogChange } from "../messages/EventStore.ts"

/** Those with a new message, those in which their owner read, and those of which only the head is told: there nobody knows any more what it was. */
export const pushesOf = (changes: ReadonlyArray<LogChange>): ReadonlyArray<ConversationId> =>
  changes.filter(mayMatter).map(({ log }) => log)

const mayMatter = ({ events }: LogChange): boolean =>
  events.length === 0 || events.some(({ kind }) => kind === "posted" || kind === "readAdvanced")
