/** Words of the controls themselves. */
export interface KitWords {
  readonly close: string
  readonly dismiss: string
  readonly notices: string
  readonly loading: string
  readonly retry: string
  readonly cancel: string
  readonly back: string
  readonly skip: string
  readonly copy: string
  readonly copied: string
  readonly showPassword: string
  readonly hidePassword: string
  readonly capsLock: string
  /** Names of the edges that are moved. */
}
