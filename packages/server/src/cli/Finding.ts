/**
 * What a command that only looks says of one thing: that it is well, or what is the matter with it though a server
 * starts all the same.
 */
export interface Finding {
  readonly mark: "✓" | "!"
  readonly text: string
}

export const fine = (text: string): Finding => ({ mark: "✓", text })
export const warning = (text: string): Finding => ({ mark: "!", text })
