/** The cost of a conversation change to its sender's limit. */
import { type CommandBody, usersBrought } from "../commands/Command.ts"

/**
 * This many people cost as much as one change: each is a row of the conversation, an event of a personal log, and a
 * notice to a gateway.
 */
const peoplePerUnit = 10

/** One, as for a message, and one more for each started ten of the people that it adds. */
export const changeCost = (body: CommandBody): number => 1 + Math.ceil(usersBrought(body).length / peoplePerUnit)
