/** Words of the quick switcher. */

export type CommandKey = "fresh" | "settings" | "devices" | "board" | "help" | "light" | "dark" | "system"

export interface FindWords {
  readonly switcher: {
    readonly title: string
    readonly input: string
    readonly sections: { readonly unread: string; readonly recent: string; readonly found: string; readonly commands: string }
    readonly none: (text: string) => string
    readonly commands: Readonly<Record<CommandKey, string>>
  }
}
