/** Why dead letters stay: a sentence for operators for each reason. */
import type { Kept } from "../../rabbit/RabbitDeadLetters.ts"

const sentences: Readonly<Record<Kept["why"], (names: string) => string>> = {
  unreadable: (names) => `Can't be read by this version, or belongs to no partition, and stays: ${names}.`,
  missing: (names) => `Belongs to a partition that RabbitMQ does not have, and stays: ${names}.`,
  refused: (names) => `The partition is full, and it stays; replay it when the workers have caught up: ${names}.`
}

export const keptSentences = (kept: ReadonlyArray<Kept>): ReadonlyArray<string> => {
  const names = new Map<Kept["why"], Array<string>>()
  for (const { name, why } of kept) names.set(why, [...(names.get(why) ?? []), name])
  return [...names].map(([why, ofIt]) => sentences[why](`${ofIt[0]}${others(ofIt)}`))
}

export const others = (names: ReadonlyArray<string>): string =>
  names.length > 1 ? `, and ${names.length - 1} more` : ""
