/** Replaces `msgpackr` in the page's bundle: @effect/rpc imports it for a serialization that Hibiki does not use. */

export class Packr {
  constructor() {
    throw new Error("the page speaks JSON only")
  }
}

export class Unpackr extends Packr {}
