/**
 * Flags: what a member sets on a conversation for itself alone. A flag's name is its event's kind and its field in the
 * list's line.
 */

/**
 * `muted`: its member is not woken for it. `favourite`: it stands among its member's favourites. Each ends with the
 * membership.
 */
export const flags = ["muted", "favourite"] as const
export type Flag = (typeof flags)[number]

/** What each command sets. */
export const flagSetBy = { mute: "muted", favourite: "favourite" } as const satisfies Readonly<Record<string, Flag>>
export type FlagCommandKind = keyof typeof flagSetBy

/** Those that a line has, in their order. */
export const flagsIn = (line: { readonly [F in Flag]?: true | undefined } | undefined): ReadonlyArray<Flag> =>
  flags.filter((flag) => line?.[flag] === true)

/** The fields of a line: one for each flag that is set, none for the others. */
export const flagFields = (isSet: (flag: Flag) => boolean): { readonly [F in Flag]?: true } =>
  Object.fromEntries(flags.filter(isSet).map((flag) => [flag, true]))
