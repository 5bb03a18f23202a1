/**
 * Stands in for the batching of Effect's requests in the page's bundle: a fiber would run them, too, if it were given
 * some. Hibiki makes none.
 */

const none = (): never => {
  throw new Error("the page makes no requests of Effect")
}

export const empty = { _tag: "Empty" }
export const flatten = none
export const makeEntry = none
export const par = none
export const reduce = none
export const seq = none
export const sequentialCollectionToChunk = none
export const single = none
