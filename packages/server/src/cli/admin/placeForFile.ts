/** Checks whether a new file can be created at a path, before anything slow happens. */
import { constants } from "node:fs"
import { access, realpath, stat } from "node:fs/promises"
import { basename, dirname, resolve, sep } from "node:path"
import { failed, type Problem, shown } from "@hibiki/node/Problem"
import { Effect } from "effect"

/** `copied`: the folder that the file will be a copy of, and in which it therefore can't lie. */
export const placeForFile = (path: string, copied?: string): Effect.Effect<void, Problem> =>
  Effect.flatMap(
    Effect.promise(() => whyNot(resolve(path), copied)),
    (sentence) => (sentence === undefined ? Effect.void : failed(sentence))
  )

const whyNot = async (path: string, copied: string | undefined): Promise<string | undefined> => {
  if (await stat(path).catch(() => undefined))
    return `${shown(path)} is there already, and is left alone: name another file.`
  const folder = dirname(path)
  const found = await stat(folder).catch(() => undefined)
  if (found === undefined) return `There is no folder ${shown(folder)}: make it first.`
  if (!found.isDirectory())
    return `${shown(folder)} is a file, not a folder: no ${shown(basename(path))} can lie in it.`
  if (copied !== undefined && (await liesIn(folder, copied)))
    return "The file would lie inside the folder that it copies: name a place outside."
  const isAllowed = await access(folder, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false
  )
  return isAllowed
    ? undefined
    : `Nothing can be written to the folder ${shown(folder)}: name a place in one that this user may write to.`
}

/** Follows all links. */
const liesIn = async (inner: string, outer: string): Promise<boolean> => {
  const [at, top] = await Promise.all([realpath(inner), realpath(outer)])
  return at === top || at.startsWith(`${top}${sep}`)
}
