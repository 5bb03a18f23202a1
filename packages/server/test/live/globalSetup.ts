/** Starts one private Postgres for the run of live tests and stops it at the end. Suites make databases of their own in it. */
import type { TestProject } from "vitest/node"
import { startPrivatePostgres } from "./privatePostgres.ts"

declare module "vitest" {
  export interface ProvidedContext {
    /** Of a superuser, in a database that suites leave alone. */
    postgresUrl: string
  }
}

export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const { stop, url, version } = await startPrivatePostgres()
  console.error(`live tests on ${version}`)
  project.provide("postgresUrl", url)
  return stop
}
