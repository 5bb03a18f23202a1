/** What the console's plots share: their strokes, their axes, and how they follow the page's width and theme. */
import { createEffect, on, onCleanup } from "solid-js"
import type uPlot from "uplot"
import { useApp } from "../../model/App.ts"

export const plotHeight = 148

/** Pages without a canvas show the words alone. */
export const canDraw = (): boolean => document.createElement("canvas").getContext("2d") !== null

/** Told apart by their strokes, not by colour alone: solid, thin and dashed. */
export const strokes = [
  { width: 1.75, dash: [] },
  { width: 1, dash: [] },
  { width: 1, dash: [3, 3] }
]

/** Where nothing is between one and two. */
export const wholeSteps = [1, 2, 5]
  .flatMap((step) => [step, step * 10, step * 100, step * 1_000, step * 10_000])
  .sort((a, b) => a - b)

/** In the colours of the page, read at each drawing. */
export const colourIn = (frame: HTMLElement) => (property: string) => (): string =>
  getComputedStyle(frame).getPropertyValue(property)

/** The look of both axes. */
export const axisIn = (frame: HTMLElement) => {
  const colour = colourIn(frame)
  return {
    stroke: colour("--text-muted"),
    font: `12px ${getComputedStyle(frame).fontFamily}`,
    ticks: { show: false },
    grid: { stroke: colour("--border"), width: 1 }
  }
}

/** Call within a component. */
export const resizeWith = (frame: HTMLElement, plot: uPlot): void => {
  const observer = new ResizeObserver(() => {
    if (frame.clientWidth > 0) plot.setSize({ width: frame.clientWidth, height: plotHeight })
  })
  observer.observe(frame)
  onCleanup(() => observer.disconnect())
}

/** By choice in the settings, or by the system. Call within a component. */
export const onThemeChange = (redraw: () => void): void => {
  const { preferences } = useApp()
  const dark = matchMedia("(prefers-color-scheme: dark)")
  createEffect(on(preferences.theme, () => queueMicrotask(redraw), { defer: true }))
  dark.addEventListener("change", redraw)
  onCleanup(() => dark.removeEventListener("change", redraw))
}
