/**
 * Limits of a server for the suite. All of it comes from one address and of six users, who make conversations for
 * each case and look at everything anew after each bad input: with the usual limits it waits for minutes, or fails.
 */
export const roomyLimits = {
  HIBIKI_LIMIT_REGISTER_PER_HOUR: "10000",
  HIBIKI_LIMIT_SIGN_IN_PER_MINUTE_ADDRESS: "10000",
  HIBIKI_LIMIT_SIGN_IN_PER_HOUR: "10000",
  HIBIKI_LIMIT_TICKET_PER_MINUTE: "1000",
  HIBIKI_LIMIT_READS_PER_SECOND: "1000",
  HIBIKI_LIMIT_READS_BURST: "1000",
  HIBIKI_LIMIT_CREATE_PER_HOUR: "10000",
  HIBIKI_LIMIT_INVITE_PER_HOUR: "10000",
  HIBIKI_LIMIT_SEND_PER_SECOND: "200",
  HIBIKI_LIMIT_SEND_BURST: "500",
  HIBIKI_LIMIT_SEND_PER_SECOND_CONVERSATION: "200",
  HIBIKI_LIMIT_SEND_BURST_CONVERSATION: "500"
}
