/**
 * What all screens of the console share: the pause, the clock, and the panels that are watched. Panels are watched only
 * while the page is visible and not paused.
 */
import { type Accessor, createContext, createEffect, createSignal, on, onCleanup, untrack, useContext } from "solid-js"
import { useApp } from "../../model/App.ts"
import type { StreamState } from "../../runtime/Chat.ts"
import {
  afterUpdate,
  type Beat,
  type PanelOf,
  type PanelState,
  type PanelTag,
  type RowOf,
  type Update
} from "./panelState.ts"

/** Undefined until the first snapshot. */
type Watched<Tag extends PanelTag> = Accessor<PanelState<RowOf<Tag>> | undefined>

export interface Console {
  readonly paused: Accessor<boolean>
  readonly setPaused: (paused: boolean) => void
  /** Whether the page is visible and not paused. */
  readonly isWatching: Accessor<boolean>
  /** The time of this device's clock (ms). Changes once a second. */
  readonly clock: Accessor<number>
  /** The streams of all panels that are watched now. */
  readonly beats: Accessor<ReadonlyArray<Beat>>
  /**
   * Watches a panel while the calling reactive scope lives. Another filter keeps the rows until its own arrive. Call
   * within a component.
   */
  readonly watch: <Tag extends PanelTag>(panel: Accessor<PanelOf<Tag>>) => Watched<Tag>
  /** Watched by every screen, for the line of health. */
  readonly now: Watched<"Now">
  readonly nodes: Watched<"Nodes">
}

const ConsoleContext = createContext<Console>()
export const ConsoleProvider = ConsoleContext.Provider

export const useConsole = (): Console => {
  const console = useContext(ConsoleContext)
  if (console === undefined) throw new Error("useConsole outside of ConsoleProvider")
  return console
}

/** Call within a component. */
export const createConsole = (): Console => {
  const [paused, setPaused] = createSignal(false)
  const [beats, setBeats] = createSignal<ReadonlyArray<Accessor<Beat>>>([])
  const clock = createClock()
  const isWatching = createIsWatching(paused)
  const watch: Console["watch"] = (panel) => {
    const { beat, state } = createPanel(panel, isWatching)
    setBeats((all) => [...all, beat])
    onCleanup(() => setBeats((all) => all.filter((other) => other !== beat)))
    return state
  }
  return {
    paused,
    setPaused,
    isWatching,
    clock,
    beats: () => beats().map((beat) => beat()),
    watch,
    now: watch(() => ({ _tag: "Now" })),
    nodes: watch(() => ({ _tag: "Nodes" }))
  }
}

const createPanel = <Tag extends PanelTag>(panel: Accessor<PanelOf<Tag>>, isWatching: Accessor<boolean>) => {
  const app = useApp()
  const [state, setState] = createSignal<PanelState<RowOf<Tag>>>()
  const [stream, setStream] = createSignal<StreamState | "connecting">("connecting")
  createEffect(
    on([() => app.chat(), panel, isWatching], ([chat, wanted, watching]) => {
      if (chat === undefined || !watching) return
      setStream("connecting")
      onCleanup(
        chat.watchPanel(
          wanted,
          (update) => {
            if (!isOf(update, wanted._tag)) return
            const heard = afterUpdate(untrack(state), update, Date.now())
            setState(() => heard)
          },
          (next) => setStream(next)
        )
      )
    })
  )
  const beat = (): Beat => ({ stream: stream(), heardAt: state()?.heardAt })
  return { state, beat }
}

const isOf = <Tag extends PanelTag>(
  update: { readonly _tag: PanelTag },
  tag: Tag
): update is { readonly _tag: Tag } & Update<RowOf<Tag>> => update._tag === tag

const createClock = (): Accessor<number> => {
  const [clock, setClock] = createSignal(Date.now())
  const timer = setInterval(() => setClock(Date.now()), 1_000)
  onCleanup(() => clearInterval(timer))
  return clock
}

const createIsWatching = (paused: Accessor<boolean>): Accessor<boolean> => {
  const [hidden, setHidden] = createSignal(document.hidden)
  const look = () => setHidden(document.hidden)
  document.addEventListener("visibilitychange", look)
  onCleanup(() => document.removeEventListener("visibilitychange", look))
  return () => !paused() && !hidden()
}
