/** The plot of people online over time, with its numbers in words. */
import { createEffect, createMemo, createSignal, For, onCleanup, onMount, Show } from "solid-js"
import uPlot from "uplot"
import type { Figures } from "./figures.ts"
import { axisIn, canDraw, colourIn, onThemeChange, plotHeight, resizeWith, strokes, wholeSteps } from "./plotting.ts"
import {
  countNames,
  countText,
  drawnLines,
  lonelyPlaces,
  readingsOf,
  type ShownCounts,
  type Step
} from "./presencePoints.ts"
import type { PresenceWords } from "./presenceWords.en.ts"
import { useFigures } from "./useOperateWords.ts"
import { usePresenceWords } from "./usePresenceWords.ts"
import "uplot/dist/uPlot.min.css"
import "./plots.css"

interface PresencePlotProps {
  readonly steps: ReadonlyArray<Step>
  /** Labels of the time axis are days. */
  readonly byDay: boolean
}

export const PresencePlot = (props: PresencePlotProps) => {
  const words = usePresenceWords()
  const figures = useFigures()
  /** The place under the pointer. */
  const [pointed, setPointed] = createSignal<number>()
  const drawn = createMemo(() => drawnLines(props.steps))
  let frame: HTMLDivElement | undefined
  onMount(() => {
    if (frame === undefined || !canDraw()) return
    const plot = drawnIn(frame, (at) => (props.byDay ? figures().day(at) : figures().clock(at).slice(0, 5)), {
      count: (value) => figures().count(value),
      onPoint: setPointed
    })
    createEffect(() => {
      const { active, hidden, online, seconds } = drawn()
      plot.setData([[...seconds], [...hidden], [...online], [...active]], false)
      plot.setScale("x", { min: seconds[0] ?? 0, max: seconds.at(-1) ?? 0 })
    })
    onThemeChange(() => plot.redraw(false))
    resizeWith(frame, plot)
    onCleanup(() => plot.destroy())
  })
  const told = createMemo(() => {
    const step = props.steps[pointed() ?? -1]
    return step === undefined ? rangesIn(props.steps, words(), figures()) : toldOf(step, words(), figures())
  })
  return (
    <figure class="operate-plot" data-plot="presence">
      <figcaption>
        <span class="operate-plot-name">{words().plot}</span>
        <ul class="presence-key">
          <For each={countNames}>{(name) => <Stroke line={name} label={words().names[name]} />}</For>
          <Show when={drawn().hidden.some((bound) => bound !== null)}>
            <Stroke line="hidden" label={words().hidden} />
          </Show>
        </ul>
        <span class="operate-plot-told numbers">{told()}</span>
      </figcaption>
      <div
        class="operate-plot-canvas"
        aria-hidden="true"
        ref={(node) => {
          frame = node
        }}
      />
    </figure>
  )
}

const Stroke = (props: { readonly line: string; readonly label: string }) => (
  <li>
    <span class="presence-stroke" data-line={props.line} aria-hidden="true" />
    {props.label}
  </li>
)

const toldOf = ({ at, counts }: Step, words: PresenceWords, figures: Figures): string => {
  const named = (found: ShownCounts) =>
    countNames.map((name) => words.named(words.names[name], countText(found[name], words, figures)))
  return words.pointed(figures.minute(at), counts === undefined ? [words.notCounted] : named(counts))
}

const rangesIn = (steps: ReadonlyArray<Step>, words: PresenceWords, figures: Figures): string =>
  countNames
    .flatMap((name) => {
      const found = readingsOf(steps, name)
      if (found === undefined) return []
      const text = ({ value }: { readonly value: number | null }) => countText(value, words, figures)
      return [words.told(words.names[name], text(found.last), text(found.most), text(found.least))]
    })
    .join(" · ")

interface Options {
  readonly count: (value: number) => string
  readonly onPoint: (place: number | undefined) => void
}

const drawnIn = (frame: HTMLElement, timeText: (at: number) => string, { count, onPoint }: Options): uPlot => {
  const colour = colourIn(frame)
  const axis = axisIn(frame)
  const [online, active, hidden] = strokes
  const line = {
    stroke: colour("--accent"),
    points: {
      show: true,
      size: 5,
      fill: colour("--accent"),
      filter: (plot: uPlot, series: number) => lonelyPlaces([...(plot.data[series] ?? [])])
    }
  }
  return new uPlot(
    {
      width: Math.max(160, frame.clientWidth),
      height: plotHeight,
      padding: [8, 4, 0, 0],
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, y: false, points: { size: 6 } },
      scales: { x: { time: true, auto: false }, y: { range: (_, __, most) => [0, Math.max(5, (most ?? 0) * 1.1)] } },
      axes: [
        {
          ...axis,
          size: 24,
          space: 64,
          grid: { show: false },
          values: (_, splits) => splits.map((second) => timeText(second * 1_000))
        },
        { ...axis, size: 44, space: 32, incrs: wholeSteps, values: (_, splits) => splits.map(count) }
      ],
      series: [
        {},
        { ...line, ...hidden, fill: colour("--accent-soft") },
        { ...line, ...online, fill: colour("--accent-soft") },
        { ...line, ...active }
      ],
      hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? undefined)] }
    },
    [[], [], [], []],
    frame
  )
}
