export interface Figure {
  /** What was measured, for a table: "append of 100 posts". */
  readonly name: string
  readonly measured: number
  readonly bound: number
  /** Of both, such as "ms" or "times a bare server". */
  readonly unit: string
}
export const expectFigure: (figure: Figure) => void
