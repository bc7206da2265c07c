// How the engine fares: what it takes, commits, refuses and holds, how far it is behind, and what
// its sinks do. docs/operating.md explains each metric.
import { columns, lines, numbers } from '../panel.ts'
import { metric } from '../query.ts'
import { dashboard, topologyVariable } from './dashboard.ts'

const of = 'topology=~"$topology"'
const rate = (name: string) => `rate(millrace_${name}{${of}}[$__rate_interval])`
const increase = (name: string) => `increase(millrace_${name}{${of}}[$__rate_interval])`
const quantile = (share: number, name: string, by = '') =>
  `histogram_quantile(${share}, sum by (le${by}) (${rate(`${name}_bucket`)}))`

export const engineHealth = dashboard({
  uid: 'millrace-engine-health',
  title: 'engine health',
  description: 'Throughput, commits, lag, fates, state, sinks and the process of each run.',
  variables: [topologyVariable()],
  rows: {
    Now: [
      numbers({
        title: 'Records taken',
        description: 'Records per second taken from input topics, all processes.',
        unit: 'cps',
        width: 6,
        queries: [metric(`sum(${rate('records_total')})`, 'records')],
      }),
      numbers({
        title: 'Commit, p99',
        description: 'How long 99 of 100 transactions take at most.',
        unit: 's',
        width: 6,
        colours: [
          [null, 'green'],
          [0.5, 'orange'],
          [1, 'red'],
        ],
        queries: [metric(quantile(0.99, 'commit_seconds'), 'p99')],
      }),
      numbers({
        title: 'Records that wait',
        description: 'Records on the log that the slowest task of each partition has not taken.',
        unit: 'short',
        width: 6,
        colours: [
          [null, 'green'],
          [1000, 'orange'],
          [10_000, 'red'],
        ],
        queries: [metric(`sum(millrace_lag_records{${of}})`, 'records')],
      }),
      numbers({
        title: 'Stalled tasks',
        description: 'Tasks in which records wait, and which have taken none for some seconds.',
        unit: 'none',
        width: 6,
        colours: [
          [null, 'green'],
          [1, 'red'],
        ],
        queries: [metric(`sum(millrace_stalled{${of}})`, 'tasks')],
      }),
    ],
    Throughput: [
      lines({
        title: 'Records taken, by topic',
        description: 'Records per second taken from each input topic.',
        unit: 'cps',
        width: 12,
        queries: [metric(`sum by (topic) (${rate('records_total')})`, '{{topic}}')],
      }),
      lines({
        title: 'Records given out, by step',
        description: 'Records per second that each step gives out.',
        unit: 'cps',
        width: 12,
        queries: [metric(`sum by (step) (${rate('step_emitted_total')})`, '{{step}}')],
      }),
    ],
    'Commits and lag': [
      lines({
        title: 'How long a commit takes',
        description: 'Transactions, from the first byte encoded to the commit.',
        unit: 's',
        width: 8,
        queries: [
          metric(quantile(0.5, 'commit_seconds'), 'p50'),
          metric(quantile(0.95, 'commit_seconds'), 'p95', 'B'),
          metric(quantile(0.99, 'commit_seconds'), 'p99', 'C'),
        ],
      }),
      lines({
        title: 'Records that wait, by partition',
        description: 'Records that the slowest task of a partition has not taken.',
        unit: 'short',
        width: 8,
        queries: [
          metric(
            `max by (topic, partition) (millrace_lag_records{${of}})`,
            '{{topic}} {{partition}}',
          ),
        ],
      }),
      lines({
        title: 'Behind the records',
        description: 'From the task’s clock to that of the last record fetched.',
        unit: 's',
        width: 8,
        queries: [metric(`max by (task) (millrace_lag_seconds{${of}})`, '{{task}}')],
      }),
    ],
    'What did not pass': [
      columns({
        title: 'Fates',
        description: 'Records that were bad, late or duplicate, by the step that said so.',
        unit: 'none',
        width: 8,
        queries: [
          metric(`sum by (step, fate) (${increase('step_fates_total')}) > 0`, '{{step}} {{fate}}'),
        ],
      }).noValue('none'),
      columns({
        title: 'Held back on purpose',
        description: 'Times that a step gave out nothing: filtered, warming up, book not synced.',
        unit: 'none',
        width: 8,
        queries: [
          metric(`sum by (step, reason) (${increase('step_held_total')})`, '{{step}} {{reason}}'),
        ],
      }),
      columns({
        title: 'Retries and idle skips',
        description: 'Slots opened anew, by error, and decisions to go on without a silent topic.',
        unit: 'none',
        width: 8,
        queries: [
          metric(`sum by (code) (${increase('retries_total')})`, 'retry {{code}}'),
          metric(`sum by (topic) (${increase('idle_skips_total')})`, 'without {{topic}}', 'B'),
        ],
      }).noValue('none'),
    ],
    Sinks: [
      lines({
        title: 'Records written outside',
        description: 'Records per second that each sink has made durable.',
        unit: 'cps',
        width: 8,
        queries: [metric(`sum by (sink) (${rate('sink_records_total')})`, '{{sink}}')],
      }),
      lines({
        title: 'Records that sinks have not written',
        description: 'Committed records behind the position of each sink.',
        unit: 'short',
        width: 8,
        queries: [metric(`sum by (sink) (millrace_sink_lag_records{${of}})`, '{{sink}}')],
      }),
      lines({
        title: 'How long a write takes, p95',
        description: '95 of 100 batches are durable within that time.',
        unit: 's',
        width: 8,
        queries: [metric(quantile(0.95, 'sink_write_seconds', ', sink'), '{{sink}}')],
      }),
    ],
    'State and process': [
      lines({
        title: 'State',
        description: 'About what the entries of stores take in memory.',
        unit: 'bytes',
        width: 8,
        queries: [
          metric(`sum by (step, store) (millrace_state_bytes{${of}})`, '{{step}} {{store}}'),
        ],
      }),
      lines({
        title: 'Memory',
        description: 'Resident memory of each process.',
        unit: 'bytes',
        width: 8,
        queries: [metric(`process_resident_memory_bytes{${of}}`, '{{instance}}')],
      }),
      lines({
        title: 'CPU',
        description: 'Cores that each process uses, and how late its event loop is.',
        unit: 'none',
        width: 8,
        queries: [
          metric(`rate(process_cpu_seconds_total{${of}}[$__rate_interval])`, '{{instance}} cores'),
          metric(`nodejs_eventloop_lag_p99_seconds{${of}}`, '{{instance}} loop p99, s', 'B'),
        ],
      }),
    ],
  },
})
