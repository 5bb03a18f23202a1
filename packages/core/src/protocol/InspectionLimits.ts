/** Bounds of the console's questions and their answers. Without schemas, which the page does not load. */
export const inspectionLimits = {
  /** The most rows of one process in an answer. */
  rowsMax: 200,
  /** The longest filter, in characters. */
  prefixMax: 64,
  /** The most bytes of an answer. */
  answerBytesMax: 65_536,
  /** How long a console waits for answers (ms). */
  deadlineMs: 500,
  /** Seconds of history that a process remembers. */
  historySeconds: 600
} as const
