/**
 * Flags: settings of a member on a conversation, for themselves only. A flag's name is the kind of its event and its
 * field in the list's line.
 */

/**
 * `muted`: no notifications for this member. `favourite`: it is among the member's favourites. Both end with the
 * membership.
 */
export const flags = ["muted", "favourite"] as const
export type Flag = (typeof flags)[number]

/** The flag that each command sets. */
export const flagSetBy = { mute: "muted", favourite: "favourite" } as const satisfies Readonly<Record<string, Flag>>
export type FlagCommandKind = keyof typeof flagSetBy

/** The flags that are set in a line, in order. */
export const flagsIn = (line: { readonly [F in Flag]?: true | undefined } | undefined): ReadonlyArray<Flag> =>
  flags.filter((flag) => line?.[flag] === true)

/** The fields of a line: one for each flag that is set, none for the others. */
export const flagFields = (isSet: (flag: Flag) => boolean): { readonly [F in Flag]?: true } =>
  Object.fromEntries(flags.filter(isSet).map((flag) => [flag, true]))
