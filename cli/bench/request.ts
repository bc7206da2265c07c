// What `millrace bench` asks of a scenario, which runs in a process of its own: plain data, sent by
// message, so that no password stands among a process's arguments.
import type { LogAccess } from '../log/log-access.ts'

export interface BenchRequest {
  readonly scenario: string
  readonly access: LogAccess
  readonly isJson: boolean
  /** What was not asked for is undefined, and the scenario has its own. */
  readonly records: number | undefined
  readonly repeats: number | undefined
  readonly workers: number | undefined
  readonly commitMs: number | undefined
  readonly symbols: number | undefined
  readonly partitions: number | undefined
  /** Records a second. */
  readonly rate: number | undefined
  readonly seconds: number | undefined
  /** A topology of the user's, and its history. */
  readonly file: string | undefined
  readonly input: readonly string[]
  readonly set: Readonly<Record<string, string>>
}

/** What a scenario may ask for beyond its log; each is an option of the command. */
export type BenchOption = Exclude<keyof BenchRequest, 'scenario' | 'access' | 'isJson' | 'file'>
