/** Paths of actors as the console shows them: ids of people and devices are pseudonyms, cut to eight letters. */
import { inspectionLimits } from "@hibiki/core/protocol/InspectionLimits"

const pseudonym = /^[\w-]{22}\d$/
const shownLetters = 8

/** The first letters of a pseudonym, and other texts as they are. */
export const shortened = (segment: string): string =>
  pseudonym.test(segment) ? `${segment.slice(0, shownLetters)}…` : segment

/** The path with its pseudonyms shortened. */
export const shortPath = (path: string): string => path.split("/").map(shortened).join("/")

/** A place in the tree of actors: its own name, and the prefix that finds it and all below. */
export interface PathStep {
  readonly name: string
  readonly prefix: string
}

/** The steps from the root to a prefix, without those that a filter is too short for. */
export const stepsOf = (prefix: string): ReadonlyArray<PathStep> => {
  const segments = prefix.split("/").filter((segment) => segment !== "")
  return segments
    .map((segment, at) => ({ name: shortened(segment), prefix: segments.slice(0, at + 1).join("/") }))
    .filter((step) => step.prefix.length <= inspectionLimits.prefixMax)
}

/** The longest filter that leads to this path: itself, or the nearest place above it. */
export const filterFor = (path: string): string => stepsOf(path).at(-1)?.prefix ?? ""
