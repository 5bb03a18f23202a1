/**
 * Stands in for Effect's registry of metrics in the page's bundle: fibers and the client tell it of themselves, and on
 * a page nobody asks it.
 */

const hook = { get: () => undefined, modify: () => undefined, update: () => undefined }

export const make = () => ({ get: () => hook })
