/**
 * What is measured within the page itself: frames, places of rows, and the moment at which something stands on the
 * screen. Sent as text, so it uses nothing from outside.
 */

interface ShiftSource {
  readonly node: Node | null
  readonly previousRect: DOMRectReadOnly
  readonly currentRect: DOMRectReadOnly
}

/** Added to each page before its own scripts. */
export const instruments = () => {
  const timeline = () => document.querySelector('[data-testid="timeline"]')
  const rowOf = (seq: number) => timeline()?.querySelector(`[data-seq="${seq}"]`) ?? undefined
  const isPart = (row: Pick<DOMRect, "top" | "bottom">, of: Pick<DOMRect, "top" | "bottom">) =>
    row.bottom > of.top && row.top < of.bottom
  /** Whether any of the row lies in what is seen of the timeline. */
  const isSeen = (seq: number) => {
    const [view, row] = [timeline()?.getBoundingClientRect(), rowOf(seq)?.getBoundingClientRect()]
    return view !== undefined && row !== undefined && isPart(row, view)
  }
  /** Calls back at each frame with the time since the one before, until it answers true. */
  const eachFrame = (look: (deltaMs: number) => boolean) =>
    new Promise<void>((resolve) => {
      let before = performance.now()
      const frame = (now: number) => {
        const delta = now - before
        before = now
        if (look(delta)) resolve()
        else requestAnimationFrame(frame)
      }
      requestAnimationFrame((now) => {
        before = now
        requestAnimationFrame(frame)
      })
    })

  /** When the first row was there, by the page's own clock, and painted. */
  let firstRowAt: number | undefined
  const watchFirst = () => {
    if (timeline()?.querySelector("[data-seq]"))
      requestAnimationFrame(() => setTimeout(() => (firstRowAt = performance.now())))
    else requestAnimationFrame(watchFirst)
  }
  requestAnimationFrame(watchFirst)

  let shifts: Array<{ readonly value: number; readonly causes: string }> = []
  const noteShift = (
    entry: PerformanceEntry & { readonly value?: number; readonly sources?: ReadonlyArray<ShiftSource> }
  ) => {
    const boxOf = ({ height, width, x, y }: DOMRectReadOnly) => [x, y, width, height].map(Math.round).join(" ")
    const causes = (entry.sources ?? []).map(({ currentRect, node, previousRect }) => {
      const element = node instanceof Element ? node : node?.parentElement
      return `${element?.tagName}.${element?.getAttribute("class")} [${boxOf(previousRect)}] -> [${boxOf(currentRect)}]`
    })
    shifts.push({
      value: entry.value ?? 0,
      causes: `${(entry.value ?? 0).toFixed(3)} at ${Math.round(entry.startTime)}: ${causes.join("; ")}`
    })
  }
  new PerformanceObserver((list) => list.getEntries().forEach(noteShift)).observe({
    type: "layout-shift",
    buffered: true
  })

  const instruments = {
    firstRowAt: () => firstRowAt,
    /** From now until the row of a place is seen and painted. */
    untilSeen: async (seq: number) => {
      const since = performance.now()
      await eachFrame(() => isSeen(seq))
      return performance.now() - since
    },
    /** Scrolls up by a step at each frame; answers the frames' lengths. */
    scrollUp: async (frames: number, step: number) => {
      const deltas: Array<number> = []
      await eachFrame((delta) => {
        deltas.push(delta)
        timeline()?.scrollBy({ top: -step })
        return deltas.length >= frames
      })
      return deltas
    },
    /** Frames while nothing is done, for the machine's own rate. */
    rest: async (frames: number) => {
      const deltas: Array<number> = []
      await eachFrame((delta) => deltas.push(delta) >= frames)
      return deltas
    },
    /**
     * The row in the middle of what is seen, and how far it moves while somebody reads it. Ends when `stop` is set, or
     * older rows came.
     */
    hold: async (forMs: number) => {
      const inTheMiddle = () => {
        const view = timeline()?.getBoundingClientRect()
        if (view === undefined) return undefined
        const rows = [...(timeline()?.querySelectorAll("[data-seq]") ?? [])]
        return rows.find((row) =>
          isPart(row.getBoundingClientRect(), { top: (view.top + view.bottom) / 2, bottom: view.bottom })
        )
      }
      // After a leap the rows of before may still be drawn, all of them out of sight: nobody reads those.
      await eachFrame(() => inTheMiddle() !== undefined)
      const held = inTheMiddle()
      const seq = Number(held?.getAttribute("data-seq"))
      const at = held?.getBoundingClientRect().top ?? Number.NaN
      const [deltas, until] = [[] as Array<number>, performance.now() + forMs]
      let moved = 0
      await eachFrame((delta) => {
        deltas.push(delta)
        moved = Math.max(moved, Math.abs((rowOf(seq)?.getBoundingClientRect().top ?? Number.POSITIVE_INFINITY) - at))
        return performance.now() > until
      })
      return { moved, deltas }
    },
    /** How far from the end the timeline stands at each frame while it follows. */
    follow: async (forMs: number) => {
      const [deltas, until] = [[] as Array<number>, performance.now() + forMs]
      let away = 0
      await eachFrame((delta) => {
        deltas.push(delta)
        const scroller = timeline()
        if (scroller !== null) away = Math.max(away, scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight)
        return performance.now() > until
      })
      return { away, deltas }
    },
    /** From pressing Enter to the frame after the pending row was made. */
    sendAndSee: async (text: string) => {
      const field = document.querySelector("textarea")
      if (field === null) throw new Error("no composer")
      field.focus()
      field.value = text
      field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText", data: text }))
      const since = performance.now()
      field.dispatchEvent(
        new KeyboardEvent("keydown", { key: "Enter", code: "Enter", bubbles: true, cancelable: true })
      )
      await eachFrame(() => timeline()?.textContent?.includes(text) === true)
      return performance.now() - since
    },
    /** From pressing Enter to when the message's own row was painted. */
    sendAndPaint: async (text: string) => {
      const field = document.querySelector("textarea")
      if (field === null) throw new Error("no composer")
      field.focus()
      field.value = text
      field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText", data: text }))
      await eachFrame(() => true)
      const since = performance.now()
      field.dispatchEvent(
        new KeyboardEvent("keydown", { key: "Enter", code: "Enter", bubbles: true, cancelable: true })
      )
      const isThere = () => timeline()?.textContent?.includes(text) === true
      const look = (resolve: () => void) =>
        isThere() ? setTimeout(resolve) : requestAnimationFrame(() => look(resolve))
      await new Promise<void>((resolve) => requestAnimationFrame(() => look(resolve)))
      return performance.now() - since
    },
    /** Until any row is there. */
    untilRows: () => eachFrame(() => Boolean(timeline()?.querySelector("[data-seq]"))),
    /** Frames drawn in so long. */
    framesFor: async (forMs: number) => {
      const until = performance.now() + forMs
      let frames = 0
      await eachFrame(() => ++frames > 0 && performance.now() > until)
      return frames
    },
    /** What moved since the last call, by the browser's own measure, and what it was. */
    takeShifts: () => {
      const taken = shifts
      shifts = []
      return { all: taken.reduce((sum, { value }) => sum + value, 0), causes: taken.map(({ causes }) => causes) }
    },
    lowestSeq: () =>
      Math.min(
        ...[...(timeline()?.querySelectorAll("[data-seq]") ?? [])].map((row) => Number(row.getAttribute("data-seq")))
      ),
    elements: () => document.querySelectorAll("*").length
  }
  Object.assign(globalThis, { instruments })
}

/** The shape of what `instruments` leaves in the page. */
export interface Instruments {
  readonly firstRowAt: () => number | undefined
  readonly untilSeen: (seq: number) => Promise<number>
  readonly scrollUp: (frames: number, step: number) => Promise<ReadonlyArray<number>>
  readonly rest: (frames: number) => Promise<ReadonlyArray<number>>
  readonly hold: (forMs: number) => Promise<{ readonly moved: number; readonly deltas: ReadonlyArray<number> }>
  readonly follow: (forMs: number) => Promise<{ readonly away: number; readonly deltas: ReadonlyArray<number> }>
  readonly sendAndSee: (text: string) => Promise<number>
  readonly sendAndPaint: (text: string) => Promise<number>
  readonly untilRows: () => Promise<void>
  readonly framesFor: (forMs: number) => Promise<number>
  readonly takeShifts: () => { readonly all: number; readonly causes: ReadonlyArray<string> }
  readonly lowestSeq: () => number
  readonly elements: () => number
}
