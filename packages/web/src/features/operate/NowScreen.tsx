/** "Now": the figures of the whole system, each with ten minutes as a small curve, and plots. */
import { createMemo, For, Show, Suspense } from "solid-js"
import { lazy } from "../../lib/lazy.ts"
import { Spinner } from "../../ui/EmptyState.tsx"
import { useConsole } from "./Console.ts"
import { type Figures, notMeasured } from "./figures.ts"
import { type FigureName, figureNames, figuresOf, type NowFigures, sparkOf, sparkPoints } from "./nowFigures.ts"
import { useFigures, useOperateWords } from "./useOperateWords.ts"
import "./now.css"

/** The library that draws them is the largest part of the console. */
const Plots = lazy(() => import("./Plots.tsx").then((module) => module.Plots))

export const NowScreen = () => {
  const words = useOperateWords()
  const { now } = useConsole()
  return (
    <Show when={now()} fallback={<Spinner label={words().waiting} />}>
      {(panel) => (
        <div class="operate-now">
          <Show when={figuresOf(panel().rows)} fallback={<p class="operate-note">{words().waiting}</p>}>
            {(figures) => (
              <ul class="operate-tiles" aria-label={words().now.tiles}>
                <For each={figureNames}>
                  {(name) => <Tile name={name} figures={figures()} spark={sparkOf(panel().rows, name)} />}
                </For>
              </ul>
            )}
          </Show>
          <Suspense fallback={<p class="operate-note">{words().now.loading}</p>}>
            <Plots rows={panel().rows} />
          </Suspense>
        </div>
      )}
    </Show>
  )
}

interface Shown {
  readonly value: string
  /** Further values of a duration. */
  readonly more: ReadonlyArray<readonly [label: string, value: string]>
}

/** Of durations the largest number is p95. Undefined: nothing was measured lately. */
const shownOf = (name: FigureName, all: NowFigures, figures: Figures): Shown | undefined => {
  const value = all[name]
  if (value === undefined) return undefined
  if (typeof value === "object")
    return {
      value: figures.ms(value.p95),
      more: [
        ["p50", figures.ms(value.p50)],
        ["p99", figures.ms(value.p99)]
      ]
    }
  const isRate = name === "messages" || name === "errors"
  return { value: isRate ? figures.rate(value) : figures.count(value), more: [] }
}

const Tile = (props: {
  readonly name: FigureName
  readonly figures: NowFigures
  readonly spark: ReadonlyArray<number | undefined>
}) => {
  const words = useOperateWords()
  const figures = useFigures()
  const shown = createMemo(() => shownOf(props.name, props.figures, figures()))
  const most = () => Math.max(0, ...props.spark.filter((value) => value !== undefined))
  return (
    <li class="operate-tile" data-tile={props.name} data-bad={props.name === "errors" && props.figures.errors > 0}>
      <h3 class="operate-tile-name">{words().now.names[props.name]}</h3>
      <p class="operate-tile-value numbers">
        <Show when={shown()} fallback={<span class="operate-tile-none">{notMeasured}</span>}>
          {(figure) => (
            <>
              <strong>{figure().value}</strong>
              <span class="operate-tile-unit">
                {words().now.units[props.name]}
                {figure().more.length > 0 ? ` ${words().now.lines.p95}` : ""}
              </span>
            </>
          )}
        </Show>
      </p>
      <p class="operate-tile-more numbers">
        <Show when={shown()} fallback={words().now.nothing}>
          {(figure) => (
            <For each={figure().more} fallback={words().now.spark(figures().rate(most()))}>
              {([label, value]) => (
                <span>
                  {label} {value}
                </span>
              )}
            </For>
          )}
        </Show>
      </p>
      <Spark values={props.spark} most={most()} />
    </li>
  )
}

const sparkHeight = 28

/** Pieces between which nothing was measured stay apart; a single point gets a dot's length. */
const sparkPath = (values: ReadonlyArray<number | undefined>, most: number): string => {
  const y = (value: number) =>
    (sparkHeight - 1 - (value / Math.max(most, Number.MIN_VALUE)) * (sparkHeight - 3)).toFixed(1)
  return values
    .map((value, at) => {
      if (value === undefined) return ""
      const isStart = values[at - 1] === undefined
      const isAlone = isStart && values[at + 1] === undefined
      return `${isStart ? "M" : "L"}${at} ${y(value)}${isAlone ? "h0.8" : ""}`
    })
    .join("")
}

const Spark = (props: { readonly values: ReadonlyArray<number | undefined>; readonly most: number }) => {
  const path = createMemo(() => sparkPath(props.values, props.most))
  return (
    <svg
      class="operate-spark"
      viewBox={`0 0 ${sparkPoints - 1} ${sparkHeight}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path class="operate-spark-base" d={`M0 ${sparkHeight - 0.5}H${sparkPoints - 1}`} />
      <path class="operate-spark-line" d={path()} />
    </svg>
  )
}
