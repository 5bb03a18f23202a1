import { describe, it } from "@effect/vitest"
import { withHonestHosts } from "@hibiki/core/domain/Addresses"
import { expectFigure } from "../../../../scripts/figures.mjs"

describe("a link with many labels", () => {
  it("takes time in proportion to its length", () => {
    const ms = (labels: number): number => {
      const host = `https://${"а.м日.".repeat(labels)}com`
      const began = performance.now()
      withHonestHosts(host)
      return performance.now() - began
    }
    ms(100)
    const short = Math.min(...[1, 2, 3, 4, 5].map(() => ms(400)))
    const measured = Math.min(ms(6_400), ms(6_400), ms(6_400)) / (16 * short)
    expectFigure({ name: "a link with 16 times the labels", measured, bound: 5, unit: "times its share" })
  })
})
