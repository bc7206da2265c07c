// What the routes answer from, made of a log and of what a run tells of itself.
import type { Registry } from 'prom-client'
import type { Log } from '../connectors/connector.ts'
import type { Layout } from '../runtime/layout.ts'
import type { RunStatus } from '../runtime/observe/run-status.ts'
import type { RunRates } from '../runtime/observe/rates.ts'
import { type Pace, presentTime } from '../runtime/pace.ts'
import { type StateView, tableView } from '../runtime/query/state-view.ts'
import { TopicHub } from '../runtime/query/topic-hub.ts'
import { Counts } from '../runtime/task/counts.ts'
import type { Api, ShownTopology } from './routes/route.ts'
import type { Owners } from './stores/parts.ts'
import { startTicker } from './streams/ticker.ts'

export interface ApiParts {
  readonly layout: Layout
  /** Read beside the tasks. */
  readonly log: Log
  readonly registry: Registry
  readonly status: () => RunStatus
  readonly pace: Pace
  /** Undefined: nothing runs here. */
  readonly rates?: () => RunRates
  readonly shown?: ShownTopology
  /** The log is a finished replay's. */
  readonly isReadOnly?: true
  /** Undefined: what the log's own tables hold, or nothing where it has none. */
  readonly view?: StateView
  /** Undefined: no other process is known. */
  readonly owners?: Owners
}

const NO_STATE: StateView = { look: () => undefined }

function noRates(): RunRates {
  return { seconds: 0, recent: new Counts(), total: new Counts(), commits: new Map() }
}

export function makeApi(given: ApiParts): Api {
  const { log, pace, view, owners = () => [], rates = noRates, shown, ...parts } = given
  const { topology } = parts.layout.plan
  return {
    isReadOnly: false,
    ...parts,
    log,
    rates,
    shown,
    present: presentTime,
    view: view ?? (log.tables ? tableView(topology, log.tables) : NO_STATE),
    owners,
    hub: new TopicHub(log, pace),
    ticker: startTicker(pace.pause),
    now: pace.now,
    pause: pace.pause,
  }
}
