/**
 * The report of a checking command about one thing: that it is well, or a problem with which a server starts all the
 * same.
 */
export interface Finding {
  readonly mark: "✓" | "!"
  readonly text: string
}

export const fine = (text: string): Finding => ({ mark: "✓", text })
export const warning = (text: string): Finding => ({ mark: "!", text })
