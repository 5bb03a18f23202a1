/** The chat on a whole screen: keys in, screens out, until the person quits. */
import { Clock, Deferred, Effect, FiberSet, Mailbox, type Scope } from "effect"
import type { Key } from "../tty/Keys.ts"
import { type Painter, painter, type TtyStreams } from "../tty/Tty.ts"
import { drawScreen } from "../view/drawScreen.ts"
import type { TypedCommand } from "./ChatCommand.ts"
import { type ChatContext, openConversation } from "./ChatContext.ts"
import { runCommand } from "./chatCommands.ts"
import { makeScreenModel } from "./makeScreenModel.ts"
import { loadOlder } from "./messageCommands.ts"
import { closeIfGone, namesWanted, readOpen } from "./readOpen.ts"
import { type HandsEffect, ScreenHands, type Standing } from "./ScreenHands.ts"
import { type ChatEnd, stayedLines } from "./whatIsLeft.ts"

/** The time between two paintings, which combines all changes of that time. */
const paintApartMs = 20
/** Commands that wait for the running one; more are refused. */
const waitingMax = 16

interface Stage {
  readonly context: ChatContext
  readonly hands: ScreenHands
  readonly screen: Painter
  readonly changed: () => void
  /** Runs beside the rest; the screen is painted when it is done. */
  readonly background: (run: Effect.Effect<unknown>) => void
  /** Calls that wait for each other. */
  readonly commands: Mailbox.Mailbox<TypedCommand>
  readonly ended: Deferred.Deferred<ChatEnd>
}

export const screenChat = (
  streams: TtyStreams,
  keys: Mailbox.ReadonlyMailbox<Key>,
  base: Omit<ChatContext, "ui">
): Effect.Effect<ChatEnd> =>
  Effect.scoped(
    Effect.gen(function* () {
      const dirty = yield* Effect.makeLatch(true)
      const stage = yield* setStage(streams, base, () => void dirty.unsafeOpen())
      const { changed, context, ended } = stage
      yield* Effect.acquireRelease(
        Effect.sync(() =>
          context.client.subscribe((change) => {
            for (const line of stayedLines(change)) context.ui.notice(line)
            changed()
          })
        ),
        (end) => Effect.sync(end)
      )
      const painting = dirty.await.pipe(
        Effect.zipRight(dirty.close),
        Effect.zipRight(paint(stage)),
        Effect.zipRight(Effect.sleep(paintApartMs))
      )
      const countdown = Effect.zipRight(
        Effect.sleep("1 second"),
        Effect.sync(() => context.client.status()._tag === "waiting" && changed())
      )
      const calling = Effect.flatMap(Effect.orDie(stage.commands.take), (command) => run(stage, command))
      const pressing = Effect.flatMap(Effect.orDie(keys.take), (key) =>
        Effect.sync(() => {
          const effect = stage.hands.press(key, stage.screen.size().rows)
          if (effect !== undefined) follow(stage, effect)
          changed()
        })
      )
      for (const loop of [painting, countdown, calling, pressing]) {
        // A loop that died would leave a screen that looks alive.
        yield* Effect.forkScoped(Effect.onError(Effect.forever(loop), (cause) => Deferred.failCause(ended, cause)))
      }
      return yield* Deferred.await(ended)
    })
  )

const setStage = (
  streams: TtyStreams,
  base: Omit<ChatContext, "ui">,
  changed: () => void
): Effect.Effect<Stage, never, Scope.Scope> =>
  Effect.gen(function* () {
    const hands = new ScreenHands()
    const screen = yield* painter(streams, changed)
    const fork = yield* FiberSet.makeRuntime<never>()
    const notice = (text: string) => {
      // Messages after a change, such as that a conversation was left, belong to the new place.
      hands.stand(standing(base))
      hands.notice = text
      changed()
    }
    const context: ChatContext = {
      ...base,
      ui: {
        notice,
        refuse: notice,
        lines: (title, lines) => {
          hands.panel = { title, lines, from: 0 }
          changed()
        },
        ask: (prompt) =>
          Effect.async((resume) => {
            hands.ask(prompt, (text) => resume(Effect.succeed(text)))
            changed()
          })
      }
    }
    return {
      context,
      hands,
      screen,
      changed,
      background: (work) => void fork(Effect.ensuring(work, Effect.sync(changed))),
      commands: yield* Mailbox.make<TypedCommand>({ capacity: waitingMax, strategy: "dropping" }),
      ended: yield* Deferred.make<ChatEnd>()
    }
  })

const standing = ({ client, state }: Pick<ChatContext, "client" | "state">): Standing => ({
  conversationId: state.opened?.conversationId,
  live: client.status()._tag === "live"
})

const paint = ({ background, context, hands, screen }: Stage): Effect.Effect<void> =>
  Effect.map(Clock.currentTimeMillis, (now) => {
    closeIfGone(context)
    hands.stand(standing(context))
    const drawn = drawScreen(makeScreenModel(context, hands.shown, now), screen.size())
    hands.drawn = drawn
    screen.paint(drawn.lines, drawn.cursor)
    if (hands.seesNewest) readOpen(context)
    const names = namesWanted(context)
    if (names !== undefined) background(names)
  })

const follow = (stage: Stage, effect: HandsEffect): void => {
  const { background, commands, context, ended, hands, screen } = stage
  switch (effect._tag) {
    case "run":
      if (effect.command.is.atOnce === true) background(run(stage, effect.command))
      else if (!commands.unsafeOffer(effect.command)) hands.notice = "Too many commands are waiting."
      return
    case "loadOlder":
      if (context.state.opened !== undefined) background(loadOlder(context, context.state.opened.conversationId))
      return
    case "step":
      return step(stage, effect.by)
    case "redraw":
      return screen.forget()
    case "quit":
      return Deferred.unsafeDone(ended, Effect.succeed("quit"))
  }
}

const run = ({ changed, context, ended }: Stage, command: TypedCommand): Effect.Effect<void> =>
  Effect.flatMap(runCommand(context, command), (end) =>
    end === "goOn" ? Effect.sync(changed) : Effect.asVoid(Deferred.succeed(ended, end))
  )

const step = ({ background, context }: Stage, by: 1 | -1): void => {
  const { client, state } = context
  const numbered = state.numbered(client.conversations())
  const at = numbered.findIndex(({ summary }) => summary.conversationId === state.opened?.conversationId)
  const next = numbered[at < 0 ? (by > 0 ? 0 : numbered.length - 1) : (at + by + numbered.length) % numbered.length]
  if (next !== undefined) background(openConversation(context, next.summary.conversationId))
}
