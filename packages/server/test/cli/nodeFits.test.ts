import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { nodeFits } from "../../src/cli/doctor/nodeFits.ts"

describe("the versions of Node that can run Hibiki", () => {
  it("are 20 from 20.19 on, 22 from 22.12 on, and all newer ones", () => {
    for (const version of ["20.19.0", "20.20.2", "22.12.0", "22.20.1", "23.0.0", "24.1.0"])
      assert.isTrue(nodeFits(version), version)
    for (const version of ["18.20.0", "20.18.3", "21.7.3", "22.0.0", "22.11.0"])
      assert.isFalse(nodeFits(version), version)
  })

  it("are those that the packages ask for", () => {
    for (const [file, wanted] of [
      ["package.json", '"node": "^20.19.0 || >=22.12.0"'],
      ["node_modules/vite/package.json", '"node": "^20.19.0 || >=22.12.0"']
    ] as const)
      assert.include(readFileSync(new URL(`../../../../${file}`, import.meta.url), "utf8"), wanted)
  })
})
