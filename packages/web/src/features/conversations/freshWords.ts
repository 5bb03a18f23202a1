/** Words of the screen "new", and of the search for people. */
export interface FreshWords {
  readonly title: string
  readonly person: string
  readonly personHint: string
  readonly personNone: string
  /** All who were found are in what they are looked for, or chosen for it. */
  readonly personAlready: string
  readonly talk: string
  readonly notesAct: string
  readonly notesHint: string
  readonly inviteHint: string
  readonly kind: string
  readonly group: string
  readonly groupHint: string
  readonly channel: string
  readonly channelHint: string
  readonly name: string
  readonly members: string
  readonly membersHint: string
  readonly memberAway: string
  readonly add: string
  readonly remove: string
  readonly create: string
  readonly tabs: { readonly person: string; readonly room: string; readonly channels: string }
  readonly channelsFilter: string
  readonly channelsNone: string
  readonly channelsNoneFor: (text: string) => string
  readonly memberCount: (count: number) => string
  readonly join: string
  readonly joinNamed: (title: string) => string
  readonly open: string
  readonly openNamed: (title: string) => string
  readonly found: (count: number) => string
  readonly missingName: string
}
