/**
 * The reactions of a message: one button each, pressed if the user reacted too. Pointing at a button, focusing or
 * holding it shows who reacted.
 */
import type { MessageRow } from "@hibiki/core/domain/MessageRow"
import { createSignal, createUniqueId, For, type JSX, onCleanup, Show, Suspense } from "solid-js"
import { lazy } from "../../../lib/lazy.ts"
import { react, useConversation } from "../conversationModel.ts"

const Reactors = lazy(() => import("./Reactors.tsx").then((module) => module.Reactors))

/** A pointer that only passes over a button sends no request. */
const restMs = 200
const holdMs = 500

interface Asked {
  readonly emoji: string
  readonly button: HTMLElement
  readonly heard: boolean
}

export const Reactions = (props: { readonly row: MessageRow }): JSX.Element => {
  const model = useConversation()
  const id = createUniqueId()
  const [asked, setAsked] = createSignal<Asked>()
  let timer: ReturnType<typeof setTimeout> | undefined
  // A finger that held the button down has opened the list of names: lifting it is no press.
  let wasHeld = false
  const stop = () => clearTimeout(timer)
  const close = () => {
    stop()
    setAsked(undefined)
  }
  const askAfter = (ms: number, emoji: string, button: HTMLElement) => {
    stop()
    wasHeld = false
    timer = setTimeout(() => {
      wasHeld = ms === holdMs
      setAsked({ emoji, button, heard: false })
    }, ms)
  }
  const press = (emoji: string) => {
    if (!wasHeld) react(model, props.row, emoji)
    wasHeld = false
  }
  onCleanup(stop)
  return (
    <Show when={(props.row.reactions?.length ?? 0) > 0}>
      <div class="reactions">
        {/* Keyed by emoji, so that a button keeps its meaning while others appear before it. */}
        <For each={props.row.reactions?.map(({ emoji }) => emoji)}>
          {(emoji) => (
            <Show when={props.row.reactions?.find((reaction) => reaction.emoji === emoji)}>
              {(reaction) => (
                <button
                  type="button"
                  class="reaction ui-reach"
                  tabindex="-1"
                  aria-pressed={reaction().mine}
                  aria-label={model.words().row.reaction(emoji, reaction().count, reaction().mine)}
                  aria-describedby={asked()?.emoji === emoji ? id : undefined}
                  onPointerEnter={({ currentTarget, pointerType }) =>
                    pointerType === "mouse" && askAfter(restMs, emoji, currentTarget)
                  }
                  onPointerLeave={({ pointerType }) => (pointerType === "mouse" ? close() : stop())}
                  onPointerDown={({ currentTarget, pointerType }) =>
                    pointerType !== "mouse" && askAfter(holdMs, emoji, currentTarget)
                  }
                  onPointerUp={({ pointerType }) => pointerType !== "mouse" && stop()}
                  onPointerCancel={stop}
                  onContextMenu={(event) => wasHeld && event.preventDefault()}
                  onFocus={({ currentTarget }) =>
                    currentTarget.matches(":focus-visible") && setAsked({ emoji, button: currentTarget, heard: true })
                  }
                  onBlur={close}
                  onClick={() => press(emoji)}
                >
                  <span class="reaction-emoji">{emoji}</span>
                  <span class="reaction-count">{reaction().count}</span>
                </button>
              )}
            </Show>
          )}
        </For>
        <Show when={asked()}>
          {(one) => (
            <Suspense>
              <Reactors
                id={id}
                row={props.row}
                emoji={one().emoji}
                anchor={one().button}
                heard={one().heard}
                onClose={close}
              />
            </Suspense>
          )}
        </Show>
      </div>
    </Show>
  )
}
