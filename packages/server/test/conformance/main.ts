/**
 * `npm run conformance -- --url http://127.0.0.1:8080 [--ws http://127.0.0.1:8081 ...] [--invite CODE]`: says whether
 * the server at that address keeps the protocol.
 * `--ws`: the gateways, where sockets are not taken at the address of calls. With `--mutants N` so many mutants follow.
 * `--nginx`: the address is nginx's.
 */
import { randomBytes } from "node:crypto"
import { commandLine, countOf, refuse } from "../../bench/kit/commandLine.ts"
import { useGateways } from "./gateways.ts"
import { runMutants } from "./mutants/runMutants.ts"
import { nginxDeviations } from "./nginxDeviations.ts"
import { runSuite } from "./runSuite.ts"

const usage =
  "Usage: npm run conformance -- --url http://HOST:PORT [--ws http://HOST:PORT ...] [--nginx] [--invite CODE] [--prefix NAME] [--only GROUP] [--mutants N [--seed N] [--first N]]"
const { values } = commandLine(usage, {
  url: { type: "string" },
  ws: { type: "string", multiple: true },
  nginx: { type: "boolean", default: false },
  invite: { type: "string" },
  prefix: { type: "string" },
  only: { type: "string" },
  mutants: { type: "string", default: "0" },
  seed: { type: "string", default: "1" },
  first: { type: "string", default: "0" }
})
const [mutants, seed, first] = [
  countOf(usage, "mutants", values.mutants, 0),
  countOf(usage, "seed", values.seed, 0),
  countOf(usage, "first", values.first, 0)
]
const log = (line: string) => console.log(line)

const main = async (url: string): Promise<number> => {
  try {
    const { invite, only } = values
    // The mutants' accounts are those of the suite: its invite has served by then.
    const prefix = values.prefix ?? (mutants > 0 ? `m${randomBytes(4).toString("hex")}` : undefined)
    const { cases, failed } = await runSuite({
      url,
      invite,
      prefix,
      only,
      log,
      ...(values.nginx ? { deviations: nginxDeviations } : {})
    })
    const seeded = { mutants, seed, first }
    const failures =
      mutants > 0 ? (await runMutants({ url, invite: undefined, prefix, ...seeded, log })).failures.length : 0
    return failed === 0 && failures === 0 && cases > 0 ? 0 : 1
  } catch (error) {
    console.error(`The suite could not begin: ${error instanceof Error ? error.message : String(error)}`)
    return 1
  }
}

const url = values.url ?? refuse(usage, "--url says where the server is.")
useGateways(url, values.ws ?? [])
process.exitCode = await main(url)
