/** What a change of a conversation takes of its sender's limit. */
import { type CommandBody, usersBrought } from "../commands/Command.ts"

/**
 * People who cost as much as one change: each is a row of the conversation, an event of a personal log, and a gateway
 * to be told.
 */
const peoplePerUnit = 10

/** One, as a message, and one more for each ten people begun whom it brings in. */
export const changeCost = (body: CommandBody): number => 1 + Math.ceil(usersBrought(body).length / peoplePerUnit)
