/**
 * Stands in for effect/Micro in the page's bundle: a fiber would run its effects, too, if it were given one. Hibiki
 * makes none.
 */

const none = (): never => {
  throw new Error("the page runs no Micro effects")
}

export const provideContext = none
export const runFork = none
