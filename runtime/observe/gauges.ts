// The gauges of a run: read from its status whenever somebody asks.
import { Gauge, type Registry } from 'prom-client'
import type { SinkStatus } from './follow-sinks.ts'
import { clockSeconds, lagRecords, lagSeconds } from './lag.ts'
import type { RunStatus } from './run-status.ts'

interface GaugeAbout {
  readonly name: string
  readonly help: string
  readonly labelNames: readonly string[]
  /** One value for each set of labels; one that is not known is left out. */
  readonly values: (status: RunStatus) => readonly Value[]
}

interface Value {
  readonly labels: Readonly<Record<string, string | number>>
  readonly value: number | undefined
}

const gauges: readonly GaugeAbout[] = [
  {
    name: 'millrace_lag_records',
    help:
      'Records of a partition that its slowest task here has not taken, as of its last fetch. ' +
      'On a log whose offsets count markers, so does this.',
    labelNames: ['topic', 'partition'],
    values: slowestReaders,
  },
  {
    name: 'millrace_lag_seconds',
    help:
      'From the task clock to that of the last record fetched, in the time of the records. ' +
      'How far a live task is behind the wall clock is time() - millrace_task_clock_seconds.',
    labelNames: ['task'],
    values: ({ tasks }) =>
      tasks.map((each) => ({ labels: { task: each.task }, value: lagSeconds(each) })),
  },
  {
    name: 'millrace_task_clock_seconds',
    help: 'The task clock: the greatest available time that it has taken, in seconds since 1970.',
    labelNames: ['task'],
    values: ({ tasks }) =>
      tasks.map((each) => ({ labels: { task: each.task }, value: clockSeconds(each) })),
  },
  {
    name: 'millrace_stalled',
    help: 'Whether records wait in a task that has taken none for some seconds.',
    labelNames: ['task'],
    values: ({ tasks }) =>
      tasks.map(({ task, waitsFor }) => ({
        labels: { task },
        value: Number(waitsFor !== undefined),
      })),
  },
  {
    name: 'millrace_restore_seconds',
    help: 'How long the last restore of a slot took.',
    labelNames: ['slot'],
    values: ({ slots }) =>
      slots.map(({ slot, restoreMs }) => {
        return { labels: { slot }, value: restoreMs === undefined ? undefined : restoreMs / 1000 }
      }),
  },
  {
    name: 'millrace_restore_records',
    help: 'Records of the changelog that a restore which goes on has read, and has to read.',
    labelNames: ['slot', 'part'],
    values: ({ slots }) =>
      slots.flatMap(({ slot, restoring }) => [
        { labels: { slot, part: 'read' }, value: restoring?.records },
        { labels: { slot, part: 'of' }, value: restoring?.of },
      ]),
  },
  {
    name: 'millrace_state_bytes',
    help: 'About what the entries of a store take in the memory of this process.',
    labelNames: ['step', 'store'],
    values: storeSizes,
  },
  {
    name: 'millrace_sink_up',
    help: 'Whether the outside of a sink answers: 0 while it is tried again, or has ended.',
    labelNames: ['sink'],
    values: ({ sinks }) =>
      sinks.map(({ sink, state }) => ({ labels: { sink }, value: Number(state === 'running') })),
  },
  {
    name: 'millrace_sink_position',
    help: 'The offset of the first record that is not outside, of partitions written here.',
    labelNames: ['sink', 'partition'],
    values: (status) => sinkPartitions(status, ({ position }) => position),
  },
  {
    name: 'millrace_sink_lag_records',
    help:
      'Records of a partition written here that are not outside, as of the last look. ' +
      'On a log whose offsets count markers, so does this.',
    labelNames: ['sink', 'partition'],
    values: (status) => sinkPartitions(status, lagRecords),
  },
]

export function addGauges(registry: Registry, status: () => RunStatus): void {
  for (const { name, help, labelNames, values } of gauges) {
    new Gauge({
      name,
      help,
      labelNames: [...labelNames],
      registers: [registry],
      collect() {
        this.reset()
        for (const { labels, value } of values(status())) {
          if (value !== undefined) this.set(labels, value)
        }
      },
    })
  }
}

function slowestReaders({ tasks }: RunStatus): readonly Value[] {
  const most = new Map<string, Value>()
  for (const source of tasks.flatMap(({ sources }) => sources)) {
    const { topic, partition } = source
    const id = `${topic}/${partition}`
    const known = most.get(id)?.value ?? -1
    const value = lagRecords(source)
    if (value !== undefined && value > known) most.set(id, { labels: { topic, partition }, value })
  }
  return [...most.values()]
}

function sinkPartitions(
  { sinks }: RunStatus,
  valueOf: (standing: SinkStatus['partitions'][number]) => number | undefined,
): readonly Value[] {
  return sinks.flatMap(({ sink, partitions }) =>
    partitions.map((each) => {
      return { labels: { sink, partition: each.partition }, value: valueOf(each) }
    }),
  )
}

function storeSizes({ tasks }: RunStatus): readonly Value[] {
  const sums = new Map<string, Value>()
  for (const { step, store, bytes } of tasks.flatMap(({ stores }) => stores)) {
    const id = `${step} ${store}`
    const value = (sums.get(id)?.value ?? 0) + bytes
    sums.set(id, { labels: { step, store }, value })
  }
  return [...sums.values()]
}
