/** The plots of "Now": each figure over the last minutes, under one cursor, and its numbers in words. */
import type { NowRow } from "@hibiki/core/protocol/rpc/OperateRpcs"
import { createEffect, createMemo, createSignal, For, onCleanup, onMount } from "solid-js"
import uPlot from "uplot"
import { Choices } from "./Filters.tsx"
import type { Figures } from "./figures.ts"
import { type FigureName, figureNames, lineNames, rangeOf, type Series, seriesOf } from "./nowFigures.ts"
import type { OperateWords } from "./operateWords.en.ts"
import { axisIn, canDraw, colourIn, onThemeChange, plotHeight, resizeWith, strokes, wholeSteps } from "./plotting.ts"
import { useFigures, useOperateWords } from "./useOperateWords.ts"
import "uplot/dist/uPlot.min.css"
import "./plots.css"

const windows = [60, 300, 600] as const
type Window = (typeof windows)[number]

export const Plots = (props: { readonly rows: ReadonlyArray<NowRow> }) => {
  const words = useOperateWords()
  const [window, setWindow] = createSignal<Window>(300)
  /** The second under the pointer, in all plots. */
  const [pointed, setPointed] = createSignal<number>()
  return (
    <section class="operate-plots" aria-label={words().now.plots}>
      <Choices
        label={words().now.window}
        name="operate-window"
        chosen={window()}
        options={windows.map((seconds) => ({ value: seconds, label: words().now.windows[seconds] }))}
        onChoose={setWindow}
      />
      <div class="operate-plot-grid">
        <For each={figureNames}>
          {(name) => (
            <Plot
              name={name}
              series={seriesOf(props.rows, name, window())}
              window={window()}
              pointed={pointed()}
              onPoint={setPointed}
            />
          )}
        </For>
      </div>
    </section>
  )
}

const Plot = (props: {
  readonly name: FigureName
  readonly series: Series
  readonly window: Window
  readonly pointed: number | undefined
  readonly onPoint: (second: number | undefined) => void
}) => {
  const words = useOperateWords()
  const figures = useFigures()
  let frame: HTMLDivElement | undefined
  let plot: uPlot | undefined
  const data = createMemo(() => props.series, undefined, { equals: false })
  onMount(() => {
    if (frame === undefined || !canDraw()) return
    plot = drawnIn(frame, props.name, () => figures(), props.onPoint)
    const drawn = plot
    createEffect(() => {
      const { lines, seconds } = data()
      drawn.setData([[...seconds], ...lines.map((line) => [...line])], false)
      const newest = seconds.at(-1) ?? 0
      drawn.setScale("x", { min: newest - props.window + 1, max: newest })
    })
    onThemeChange(() => drawn.redraw(false))
    resizeWith(frame, drawn)
    onCleanup(() => drawn.destroy())
  })
  return (
    <figure class="operate-plot" data-plot={props.name}>
      <figcaption>
        <span class="operate-plot-name">
          {words().now.names[props.name]}
          <span class="operate-plot-unit">{words().now.units[props.name]}</span>
        </span>
        <span class="operate-plot-told numbers">
          {toldOf(props.name, props.series, props.pointed, words(), figures())}
        </span>
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

/** The values at the pointer, or those of the whole window, in words. */
const toldOf = (
  name: FigureName,
  series: Series,
  pointed: number | undefined,
  words: OperateWords,
  figures: Figures
): string => {
  const labels: Readonly<Record<string, string>> = words.now.lines
  const named = lineNames[name].map((label, at) => ({ label: labels[label] ?? "", line: series.lines[at] ?? [] }))
  const isAlone = named.length === 1
  const at = pointed === undefined ? -1 : series.seconds.indexOf(pointed)
  const told = named.flatMap(({ label, line }) => {
    const value = line[at]
    if (value !== undefined)
      return value === null ? [] : [isAlone ? figures.rate(value) : `${label} ${figures.rate(value)}`]
    const range = at < 0 ? rangeOf(line) : undefined
    if (range === undefined) return []
    const [now, most] = [figures.rate(range.now), figures.rate(range.most)]
    return [isAlone ? words.now.range(now, most, figures.rate(range.least)) : words.now.peak(label, now, most)]
  })
  const time = at < 0 || pointed === undefined ? "" : `${words.now.at(figures.clock(pointed * 1_000))} `
  return time + (told.length === 0 ? words.now.none : told.join(" · "))
}

const cursorKey = "operate"

const isDuration = (name: FigureName) => name === "accepted" || name === "arrived"

const drawnIn = (
  frame: HTMLElement,
  name: FigureName,
  figures: () => Figures,
  onPoint: (second: number | undefined) => void
): uPlot => {
  const colour = colourIn(frame)
  const axis = axisIn(frame)
  const isAlone = lineNames[name].length === 1
  return new uPlot(
    {
      width: Math.max(160, frame.clientWidth),
      height: plotHeight,
      padding: [8, 4, 0, 0],
      legend: { show: false },
      cursor: {
        sync: { key: cursorKey, setSeries: false },
        drag: { x: false, y: false },
        y: false,
        points: { size: 6 }
      },
      scales: { x: { time: true, auto: false }, y: { range: (_, __, most) => [0, Math.max(1, (most ?? 0) * 1.1)] } },
      axes: [
        {
          ...axis,
          size: 24,
          space: 56,
          grid: { show: false },
          values: (_, splits) =>
            splits.map((second) =>
              figures()
                .clock(second * 1_000)
                .slice(0, 5)
            )
        },
        {
          ...axis,
          size: 44,
          space: 32,
          ...(isDuration(name) ? {} : { incrs: wholeSteps }),
          values: (_, splits) => splits.map((value) => figures().rate(value))
        }
      ],
      series: [
        {},
        ...lineNames[name].map((_, index) => ({
          stroke: colour("--accent"),
          ...strokes[index],
          ...(isAlone ? { fill: colour("--accent-soft") } : {}),
          points: { show: false }
        }))
      ],
      hooks: {
        setCursor: [
          (plot) => {
            const { idx } = plot.cursor
            onPoint(idx === null || idx === undefined ? undefined : plot.data[0]?.[idx])
          }
        ]
      }
    },
    [[], ...lineNames[name].map(() => [])],
    frame
  )
}
