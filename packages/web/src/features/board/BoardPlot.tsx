/** The last hour as a small plot: a step line drawn by hand, with its numbers in words. */
import { createMemo } from "solid-js"
import type { Hour } from "./boardState.ts"
import { useBoardWords } from "./useBoardWords.ts"

const width = 600
const height = 120

/** Each minute holds until the next: steps, not slopes. */
const stepsOf = (hour: Hour, top: number): string => {
  const across = width / Math.max(1, hour.points.length - 1)
  const y = (count: number) => (height - (count / top) * (height - 8)).toFixed(1)
  return hour.points
    .map((count, index) => (index === 0 ? `M0 ${y(count)}` : `H${(index * across).toFixed(1)}V${y(count)}`))
    .join("")
}

export const BoardPlot = (props: { readonly hour: Hour }) => {
  const words = useBoardWords()
  const top = () => Math.max(1, props.hour.most)
  const line = createMemo(() => stepsOf(props.hour, top()))
  return (
    <figure class="board-plot">
      <figcaption>
        <span class="board-plot-title">{words().hour}</span>
        <span class="board-plot-told numbers">
          {words().hourTold(props.hour.now, props.hour.most, props.hour.fewest)}
        </span>
      </figcaption>
      <div class="board-plot-body">
        <span class="board-plot-top numbers" aria-hidden="true">
          {top()}
        </span>
        <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
          <path class="board-plot-grid" d={`M0 8H${width}M0 ${height / 2 + 4}H${width}M0 ${height}H${width}`} />
          <path class="board-plot-area" d={`${line()}V${height}H0Z`} />
          <path class="board-plot-line" d={line()} />
        </svg>
      </div>
      <div class="board-plot-ends" aria-hidden="true">
        <span>{words().hourAgo}</span>
        <span>{words().now}</span>
      </div>
    </figure>
  )
}
