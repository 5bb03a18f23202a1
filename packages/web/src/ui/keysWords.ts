/** Words for the keyboard help. */
export interface KeysWords {
  readonly title: string
  readonly groups: { readonly everywhere: string; readonly list: string; readonly timeline: string; readonly composer: string }
  readonly switcher: string
  readonly search: string
  readonly help: string
  readonly panes: string
  readonly escape: string
  readonly previous: string
  readonly next: string
  readonly previousUnread: string
  readonly nextUnread: string
  readonly fresh: string
  readonly rows: string
  readonly pages: string
  readonly ends: string
  readonly acts: string
  readonly editLast: string
  readonly mention: string
  readonly newLine: string
  readonly bold: string
  readonly italic: string
  readonly code: string
  readonly strike: string
}
