/** `npm run conformance -- --url http://127.0.0.1:8080 [--invite CODE]`: says whether the server at that address keeps the protocol. */
import { parseArgs } from "node:util"
import { runSuite } from "./runSuite.ts"

const { values } = parseArgs({
  options: { url: { type: "string" }, invite: { type: "string" }, prefix: { type: "string" }, only: { type: "string" } }
})

const main = async (url: string): Promise<number> => {
  try {
    const { cases, failed } = await runSuite({ ...values, url, log: (line) => console.log(line) })
    return failed === 0 && cases > 0 ? 0 : 1
  } catch (error) {
    console.error(`The suite could not begin: ${error instanceof Error ? error.message : String(error)}`)
    return 1
  }
}

if (values.url === undefined) {
  console.error("Usage: npm run conformance -- --url http://HOST:PORT [--invite CODE] [--prefix NAME] [--only GROUP]")
  process.exitCode = 64
} else process.exitCode = await main(values.url)
