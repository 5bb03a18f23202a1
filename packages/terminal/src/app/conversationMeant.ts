/**
 * Which conversation a person means: by its number in the list, by its title, or by the beginning of only one title.
 */
import { searchKey } from "@hibiki/core/domain/Handle"

/** As the list shows it: `@` before a person, `#` before a channel. */
interface Listed {
  readonly number: number
  readonly title: string
}

export const conversationMeant = <A extends Listed>(all: ReadonlyArray<A>, which: string): A | "none" | "several" => {
  const numbered = all.find(({ number }) => String(number) === which)
  if (numbered !== undefined) return numbered
  const wanted = searchKey(which)
  // Anyone may give a group the name of a person: a typed sign tells them apart.
  const keyOf = sign.test(wanted) ? searchKey : (title: string) => searchKey(title).replace(sign, "")
  const called = all.filter(({ title }) => keyOf(title) === wanted)
  const found = called.length > 0 ? called : all.filter(({ title }) => keyOf(title).startsWith(wanted))
  if (found.length === 1 && found[0] !== undefined) return found[0]
  return called.length > 1 ? "several" : "none"
}

const sign = /^[@#]/
