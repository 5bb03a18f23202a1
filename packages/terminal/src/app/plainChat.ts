/** The chat by lines, for pipes and scripts: commands in, one line out for each thing that happens. */
import type { HibikiClient } from "@hibiki/core/client/HibikiClient"
import type { OutboxRow } from "@hibiki/core/client/outbox/OutboxRow"
import { inertLine } from "@hibiki/node/inertText"
import { Clock, Effect, Mailbox, Schedule } from "effect"
import type { LineReader } from "../tty/LineReader.ts"
import { connectionText } from "../view/connectionText.ts"
import type { TimelineRow } from "../view/ScreenModel.ts"
import { timelineRows, titleOf } from "../view/timelineRows.ts"
import { type ChatContext, closeConversation } from "./ChatContext.ts"
import type { ChatUi } from "./ChatUi.ts"
import { isOpening, parseChatCommand, runCommand } from "./chatCommands.ts"
import { closeIfGone, namesWanted, readOpen } from "./readOpen.ts"
import { type ChatEnd, endOf, failedRows, leftLines, leftOf, stayedLines } from "./whatIsLeft.ts"

/** The end of the input quits. */
const endOfInput = "/quit"
/**
 * Before the chat ends, it waits for unsent commands, as long as each such period sends some of them. By the usual
 * limits a full frame waits 10 s for its turn.
 */
const drainMs = { live: 20_000, away: 10_000 } as const
/** Without a connection, commands begin after this. */
const readyMs = 5_000
const pollEvery = Schedule.spaced("20 millis")

const until = (condition: () => boolean, timeoutMs: number): Effect.Effect<void> =>
  Effect.suspend(() => (condition() ? Effect.void : Effect.fail("not yet" as const))).pipe(
    Effect.retry(pollEvery),
    Effect.timeout(timeoutMs),
    Effect.ignore
  )

/** `ask`: asks for a hidden answer if lines show as they are typed. Otherwise the next line is the answer. */
export const plainChat = (
  reader: Pick<LineReader, "next">,
  write: (line: string) => void,
  base: Omit<ChatContext, "ui">,
  ask?: ChatUi["ask"]
): Effect.Effect<ChatEnd> =>
  Effect.scoped(
    Effect.gen(function* () {
      const say = (line: string) => write(inertLine(line))
      const sayLater = (line: string) => Effect.sync(() => say(line))
      let refused = false
      const refuse = (text: string) => {
        refused = true
        say(`! ${text}`)
      }
      const context: ChatContext = {
        ...base,
        ui: {
          notice: (text) => say(`! ${text}`),
          refuse,
          lines: (title, lines) => {
            say(`-- ${title}`)
            for (const line of lines) say(`   ${line}`)
          },
          ask: ask ?? ((prompt) => Effect.zipRight(sayLater(prompt), reader.next))
        }
      }
      const { client } = context
      const before = new Set(failedRows(client))
      const changes = yield* Mailbox.make<void>({ capacity: 1, strategy: "sliding" })
      const printer = makePrinter(context, say)
      yield* Effect.acquireRelease(
        Effect.sync(() =>
          client.subscribe((change) => {
            for (const line of stayedLines(change)) context.ui.notice(line)
            changes.unsafeOffer(undefined)
          })
        ),
        (end) => Effect.sync(end)
      )
      const show = Effect.flatMap(Clock.currentTimeMillis, (now) => Effect.sync(() => printer(now)))
      yield* show
      const follow = Effect.gen(function* () {
        yield* changes.take
        const names = namesWanted(context)
        if (names !== undefined) yield* names
        yield* show
        closeIfGone(context)
        readOpen(context)
      })
      yield* Effect.forkScoped(Effect.forever(follow))

      // A script's first command may name something that was not read yet.
      yield* until(() => client.status()._tag === "live" || client.status()._tag === "stopped", readyMs)
      yield* show
      for (;;) {
        const line = (yield* reader.next) ?? endOfInput
        // Even if it fails: later lines are not for the conversation that was open before.
        if (isOpening(line)) yield* closeConversation(context)
        const parsed = parseChatCommand(line)
        if (parsed._tag === "Left") refuse(parsed.left)
        else if (parsed.right !== undefined) {
          // Before it runs: after signing out nothing more is sent, and the connection is closed.
          if (parsed.right.is.ends === true) yield* drained(client, before)
          const isLive = client.status()._tag === "live"
          const end = yield* runCommand(context, parsed.right)
          changes.unsafeOffer(undefined)
          if (end === "goOn") continue
          yield* show
          const left = leftOf(client, before)
          for (const line of leftLines(left)) say(line)
          return endOf(left, refused, isLive)
        }
      }
    })
  )

/** Waits for the outbox, as long as it goes on sending. */
const drained = (client: HibikiClient, before: ReadonlySet<OutboxRow>): Effect.Effect<void> =>
  Effect.gen(function* () {
    const waitingNow = () => leftOf(client, before).waiting
    for (let waiting = waitingNow(); waiting > 0; ) {
      yield* until(() => waitingNow() < waiting, client.status()._tag === "live" ? drainMs.live : drainMs.away)
      if (waitingNow() >= waiting) return
      waiting = waitingNow()
    }
  })

/** Prints the news since the last call: the connection, conversations, rows and the outcome of those sent. */
const makePrinter = ({ client, people, session, state }: ChatContext, say: (line: string) => void) => {
  const { handle: myHandle, userId: me } = session.credentials()
  const printed = new Map<string, Map<string, string>>()
  const titles = new Map<string, string>()
  let connection = ""
  return (now: number): void => {
    const status = client.status()
    // The countdown would be a line each second.
    const next = status._tag === "waiting" ? "offline" : connectionText(status, now).text
    if (next !== connection) say(`-- ${next}`)
    connection = next
    const conversations = client.conversations()
    people.learnFrom(conversations)
    for (const { number, summary } of state.numbered(conversations)) {
      const title = titleOf(summary, me)
      if (titles.get(summary.conversationId) !== title) say(`-- conversation ${number}: ${title}`)
      titles.set(summary.conversationId, title)
      const view = client.feed(summary.conversationId)
      if (view === undefined) continue
      const known = printed.get(summary.conversationId) ?? new Map<string, string>()
      printed.set(summary.conversationId, known)
      const context = {
        handle: people.handle.bind(people),
        me,
        myHandle,
        blocked: client.blocked(),
        unreadAfter: undefined
      }
      for (const row of timelineRows(view, context)) {
        const text = rowText(row)
        if (text === undefined || known.get(text.key) === text.line) continue
        known.set(text.key, text.line)
        say(`[${number}] ${text.line}`)
      }
    }
  }
}

const rowText = (row: TimelineRow): { readonly key: string; readonly line: string } | undefined => {
  switch (row._tag) {
    case "Message": {
      const text = row.deleted
        ? "(deleted)"
        : `${row.replyTo === undefined ? "" : `(to #${row.replyTo}) `}${row.text}${row.edited ? " (edited)" : ""}`
      const reactions = row.reactions.map(({ count, emoji }) => `  ${emoji} ${count}`).join("")
      return { key: `#${row.seq}`, line: `#${row.seq} ${row.author}: ${text}${reactions}` }
    }
    case "Event":
      return { key: `#${row.seq}`, line: `#${row.seq} * ${row.text}` }
    case "Pending":
      return row.mark === "sending" || row.mark === "sent"
        ? undefined
        : { key: row.id, line: `... ${row.author}: ${row.text} (${row.mark})` }
    case "Gap":
    case "Unread":
      return undefined
  }
}
