/**
 * The effects of keys on the screen: typing, scrolling, answering questions, and passing commands on. Plain; changed in
 * place.
 */
import type { ConversationId } from "@hibiki/core/domain/Ids"
import type { Either } from "effect"
import type { Key } from "../tty/Keys.ts"
import { editLine, emptyLine, type LineState } from "../tty/LineEditor.ts"
import type { Drawn } from "../view/drawScreen.ts"
import type { Anchor, ScreenModel } from "../view/ScreenModel.ts"
import type { TypedCommand } from "./ChatCommand.ts"
import { parseChatCommand } from "./chatCommands.ts"
import type { ScreenState } from "./makeScreenModel.ts"

/** The effects of a key that others carry out. */
export type HandsEffect =
  | { readonly _tag: "run"; readonly command: TypedCommand }
  | { readonly _tag: "loadOlder" }
  /** The next or previous conversation of the list. */
  | { readonly _tag: "step"; readonly by: 1 | -1 }
  | { readonly _tag: "redraw" }
  | { readonly _tag: "quit" }

/** The person's position while a message appears. */
export interface Standing {
  readonly conversationId: ConversationId | undefined
  readonly live: boolean
}

interface Asking {
  readonly prompt: string
  readonly answer: (text: string | undefined) => void
  readonly line: LineState
}

export class ScreenHands {
  notice: string | undefined
  panel: ScreenModel["panel"]
  anchor: Anchor | undefined
  /** The last screen, from which a page up is computed. */
  drawn: Drawn | undefined
  #standing: Standing = { conversationId: undefined, live: false }
  #line: LineState = emptyLine
  #asking: Asking | undefined

  get shown(): ScreenState {
    const { after, before } = this.#asking?.line ?? this.#line
    return {
      anchor: this.anchor,
      panel: this.panel,
      notice: this.notice,
      prompt: this.#asking?.prompt ?? "> ",
      input: { before: before.join(""), after: after.join(""), hidden: this.#asking !== undefined }
    }
  }

  /** Whether the newest messages are in view, so that they count as read. */
  get seesNewest(): boolean {
    return this.panel === undefined && this.anchor === undefined
  }

  /** Drops messages about another conversation, or from before the connection came back. */
  stand(at: Standing): void {
    const before = this.#standing
    if (at.conversationId !== before.conversationId || (at.live && !before.live)) this.notice = undefined
    this.#standing = at
  }

  /** The next line typed is the answer, and is hidden. Undefined: the person gave up. */
  ask(prompt: string, answer: (text: string | undefined) => void): void {
    this.#asking = { prompt, answer, line: emptyLine }
  }

  press(key: Key, rows: number): HandsEffect | undefined {
    if (this.#asking !== undefined) {
      this.#answer(this.#asking, key)
      return undefined
    }
    if (key._tag === "Named") {
      switch (key.name) {
        case "pageUp":
        case "pageDown":
          return this.#scroll(key.name, rows)
        case "next":
        case "previous":
          this.anchor = undefined
          return { _tag: "step", by: key.name === "next" ? 1 : -1 }
        case "redraw":
          return { _tag: "redraw" }
        case "endOfInput":
          return this.#line.before.length + this.#line.after.length === 0 ? { _tag: "quit" } : undefined
        case "escape":
          if (this.panel === undefined) this.anchor = undefined
          this.panel = undefined
          this.notice = undefined
          return undefined
      }
    }
    const { entered, state } = editLine(this.#line, key)
    this.#line = state
    return entered === undefined ? undefined : this.#enter(parseChatCommand(entered))
  }

  #enter(parsed: Either.Either<TypedCommand | undefined, string>): HandsEffect | undefined {
    this.panel = undefined
    this.notice = undefined
    if (parsed._tag === "Left") {
      this.notice = parsed.left
      return undefined
    }
    const command = parsed.right
    if (command === undefined) return undefined
    if (command.is.keepsPlace !== true) this.anchor = undefined
    return { _tag: "run", command }
  }

  #scroll(name: "pageUp" | "pageDown", rows: number): HandsEffect | undefined {
    const page = name === "pageUp" ? -Math.max(1, rows - 6) : Math.max(1, rows - 6)
    if (this.panel !== undefined) {
      const from = this.panel.from + page
      if (from < this.panel.lines.length) this.panel = { ...this.panel, from: Math.max(0, from) }
      return undefined
    }
    const atTop = name === "pageUp" && this.drawn?.atTop === true
    this.anchor = name === "pageUp" ? this.drawn?.pageUp : this.drawn?.pageDown
    return atTop ? { _tag: "loadOlder" } : undefined
  }

  #answer(asking: Asking, key: Key): void {
    const givenUp = key._tag === "Named" && (key.name === "escape" || key.name === "endOfInput")
    const { entered, state } = editLine(asking.line, key, false)
    if (!givenUp && entered === undefined) {
      this.#asking = { ...asking, line: state }
      return
    }
    this.#asking = undefined
    asking.answer(givenUp ? undefined : entered)
  }
}
