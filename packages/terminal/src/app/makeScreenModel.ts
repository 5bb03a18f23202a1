/** The screen's model, from the client's state and the person's position. */

import { connectionText } from "../view/connectionText.ts"
import type { Anchor, ScreenModel } from "../view/ScreenModel.ts"
import { timelineRows, titleOf } from "../view/timelineRows.ts"
import { type ChatContext, openSummary } from "./ChatContext.ts"
import { unsent } from "./unsent.ts"

/** State that only the screen has. */
export interface ScreenState {
  readonly anchor: Anchor | undefined
  readonly panel: ScreenModel["panel"]
  readonly notice: string | undefined
  readonly prompt: string
  readonly input: ScreenModel["input"]
}

export const makeScreenModel = (context: ChatContext, screen: ScreenState, now: number): ScreenModel => {
  const { client, people, session, state } = context
  const { handle, server, userId } = session.credentials()
  const conversations = client.conversations()
  people.learnFrom(conversations)
  const open = openSummary(context)
  const view = state.opened === undefined ? undefined : client.feed(state.opened.conversationId)
  const waiting = unsent(client)
  return {
    ...screen,
    who: `${handle} at ${new URL(server).host}`,
    connection: connectionText(client.status(), now),
    unsent:
      Math.max(client.inspect().outboxRows, waiting.length) - waiting.filter((row) => row.state === "failed").length,
    failed: waiting.filter((row) => row.state === "failed").length,
    conversations: state.numbered(conversations).map(({ number, summary }) => ({
      number,
      title: titleOf(summary, userId),
      unread: summary.unread,
      mentions: summary.mentions ?? 0,
      markedUnread: summary.markedUnreadAt !== undefined,
      open: summary.conversationId === state.opened?.conversationId
    })),
    title: state.opened === undefined ? undefined : open === undefined ? "..." : titleText(open, userId),
    rows:
      view === undefined
        ? []
        : timelineRows(view, {
            handle: (id) => people.handle(id),
            me: userId,
            myHandle: handle,
            blocked: client.blocked(),
            unreadAfter: state.opened?.unreadAfter
          })
  }
}

const titleText = (summary: NonNullable<ReturnType<typeof openSummary>>, me: Parameters<typeof titleOf>[1]): string =>
  summary.kind === "direct"
    ? titleOf(summary, me)
    : `${titleOf(summary, me)} (${summary.members === 1 ? "1 member" : `${summary.members} members`})`
