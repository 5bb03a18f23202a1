/** Connections of the references to Postgres. */
import { Pool } from "pg"

/** As much of pg as they use; it brings no types. */
interface PlainPool {
  readonly query: (text: string, values?: ReadonlyArray<unknown>) => Promise<unknown>
}

export const plainPool = (connectionString: string): PlainPool => {
  const Plain = Pool as unknown as new (config: {
    readonly connectionString: string
    readonly max: number
  }) => PlainPool
  return new Plain({ connectionString, max: 20 })
}
