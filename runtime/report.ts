// What a running topology tells of itself, for logs, metrics and progress. Nothing depends on it.

export type RunEvent =
  | { readonly kind: 'slot-opened'; readonly slot: number; readonly ms: number }
  | { readonly kind: 'slot-closed'; readonly slot: number; readonly reason: string }
  | {
      readonly kind: 'committed'
      readonly slot: number
      /** Items taken since the last commit, and how long the transaction took. */
      readonly items: number
      readonly ms: number
      readonly tasks: readonly CommittedTask[]
    }
  | {
      readonly kind: 'retrying'
      readonly slot: number
      readonly code: string
      readonly message: string
      readonly attempt: number
    }
  | { readonly kind: 'stalled'; readonly task: string; readonly waitsFor: string }

export interface CommittedTask {
  readonly task: string
  /** The task's clock, microseconds. */
  readonly clock: number
  /** Items fetched and not yet taken. */
  readonly waiting: number
  readonly items: number
}

export type Report = (event: RunEvent) => void
