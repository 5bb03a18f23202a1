/** The part of pg that SqlPostgres uses. pg brings no types of its own. */
declare module "pg" {
  export interface ClientConfig {
    readonly connectionString: string
    readonly application_name: string
    readonly connectionTimeoutMillis: number
    readonly query_timeout: number
    readonly statement_timeout: number
    readonly lock_timeout: number
    readonly idle_in_transaction_session_timeout: number
    readonly options: string
  }
  export class Client {
    query(...args: ReadonlyArray<unknown>): unknown
    end(done: () => void): void
  }
  export class Pool {
    constructor(config: ClientConfig & { readonly Client: typeof Client; readonly max: number; readonly idleTimeoutMillis: number })
    on(event: "error", listener: (error: Error) => void): void
    end(): Promise<void>
  }
}
