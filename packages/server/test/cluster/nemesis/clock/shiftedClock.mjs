/**
 * Loaded before a program (`--import .../shiftedClock.mjs?ms=N`): its wall clock is wrong by so much, its monotonic one
 * is right.
 */
const shiftMs = Number(new URL(import.meta.url).searchParams.get("ms"))
const RealDate = Date

globalThis.Date = class extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(RealDate.now() + shiftMs)
    else super(...given)
  }

  static now() {
    return RealDate.now() + shiftMs
  }
}
