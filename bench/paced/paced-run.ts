// Records that come at a rate, and how long after it was due each is read as a committed output.
// Who falls behind is late: a record is due when its turn comes, whether it could be sent or not.
// Sender, engine and reader share this thread, each with a connection of its own to the log.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as hdr from 'hdr-histogram-js'
import type { LogAccess } from '../../cli/log/log-access.ts'
import { openRunLogs } from '../../cli/run/run-logs.ts'
import { openLog } from '../../cli/log/open-log.ts'
import { startCrew } from '../../cli/run/crew.ts'
import type { Log } from '../../connectors/connector.ts'
import { createFeeder } from '../../connectors/feed/feeder.ts'
import type { InputItem } from '../../connectors/file/input-record.ts'
import { kindOf, RECORD, valueAt } from '../../connectors/record-batch.ts'
import { makeLayout } from '../../runtime/layout.ts'
import { processPace, unusedName } from '../../runtime/pace.ts'
import { prepareLog } from '../../runtime/prepare-log.ts'
import { createCodec } from '../../schemas/codec.ts'
import type { PlannedTopic } from '../../topology/plan.ts'
import { brokerProcess } from '../measure/broker-process.ts'
import { type Usage, watchUsage } from '../measure/usage.ts'
import { deleteTopics, ownPart, planOf } from '../workload/run-workload.ts'
import { writeTopology } from '../workload/topologies.ts'

export interface PacedCase {
  readonly access: LogAccess
  /** Records a second. */
  readonly rate: number
  readonly commitMs: number
  /** Seconds whose records count, after those that warm up. */
  readonly seconds: number
  readonly warmSeconds: number
  readonly partitions: number
}

export interface PacedFigure {
  readonly rate: number
  readonly commitMs: number
  readonly sent: number
  readonly received: number
  /** Came more than once. */
  readonly doubled: number
  /** Milliseconds from due to read. */
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly p999: number
  readonly max: number
  readonly usage: Usage
}

const SYMBOLS = 16
/** 2025-01-01T00:00:00Z; record n has n milliseconds more, which is how it is known again. */
const START_MS = 1_735_689_600_000
/** What is not read by then, after the last was due, counts as lost. */
const PATIENCE_MS = 30_000
const MOST_MICROS = 600_000_000
const FETCHED = 10_000
const WAIT_MS = 20

export async function runPaced(given: PacedCase): Promise<PacedFigure> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
  const { access, release } = ownPart(given.access)
  const logs = await openRunLogs(access, 1)
  const name = `bench-paced-${unusedName()}`
  const input = `ticks-${name}`
  const others: Log[] = []
  /** On Kafka who waits on a connection would hold up who works on it. */
  const connect = async (): Promise<Log> => {
    if (access.kafka === undefined) return logs.log
    const log = await openLog(access, 'write')
    others.push(log)
    return log
  }
  try {
    const { partitions } = given
    const file = writeTopology(folder, { workload: 'T1', name, input, partitions })
    return await measure({ ...given, access }, { file, logs, connect })
  } finally {
    if (access.kafka !== undefined) await deleteTopics(logs.log, name)
    for (const log of others) await log.close()
    await logs.close()
    release()
    rmSync(folder, { recursive: true })
  }
}

interface Scene {
  readonly file: string
  readonly logs: Awaited<ReturnType<typeof openRunLogs>>
  readonly connect: () => Promise<Log>
}

async function measure(given: PacedCase, { file, logs, connect }: Scene): Promise<PacedFigure> {
  const plan = planOf(file)
  const layout = makeLayout(plan)
  await prepareLog(layout, logs.log)
  const [ticks, indicators] = [plan.topics.get('ticks'), plan.topics.get('indicators')]
  if (ticks === undefined || indicators === undefined) throw new Error('T1 has these topics')
  const commit = { everyMs: given.commitMs, records: 50_000 }
  const report = (): void => undefined
  const crew = await startCrew({
    ...{ layout, file, set: {}, on: logs.on, commit, ends: undefined, report },
  })
  // Whatever stops the engine stops the measurement: its `done` is awaited below.
  const failed = crew.done.then(() => new Promise<never>(() => undefined))
  try {
    const clock = schedule(given)
    const usage = watchUsage(brokerProcess(given.access))
    const reader = readOutputs(await connect(), indicators, clock)
    const sender = send(await connect(), ticks, clock)
    const [read] = await Promise.race([Promise.all([reader, sender]), failed])
    return { rate: given.rate, commitMs: given.commitMs, ...read, usage: usage() }
  } finally {
    await crew.stop()
  }
}

/** When each record is due. */
interface Schedule {
  readonly count: number
  /** Of the first record that counts. */
  readonly from: number
  readonly dueAt: (record: number) => number
}

function schedule({ rate, warmSeconds, seconds }: PacedCase): Schedule {
  const began = performance.now()
  const from = Math.round(rate * warmSeconds)
  const dueAt = (record: number): number => began + (record * 1000) / rate
  return { from, count: from + Math.round(rate * seconds), dueAt }
}

/** At each turn all that is due. */
async function send(log: Log, topic: PlannedTopic, { count, dueAt }: Schedule): Promise<void> {
  const producer = await log.producer(`feed.${topic.topic}`)
  const feeder = createFeeder({ producer, topic, partitions: topic.partitions })
  for (let sent = 0; sent < count;) {
    const now = performance.now()
    const items: InputItem[] = []
    for (; sent < count && dueAt(sent) <= now; sent += 1) items.push(tick(sent))
    if (items.length > 0) {
      await feeder.add(items)
      await feeder.flush()
    }
    await processPace.pause(1)
  }
  await producer.close()
}

function tick(record: number): InputItem {
  const ts = (START_MS + record) * 1000
  const bid = 100 + (record % 7)
  const symbol = `SYM${record % SYMBOLS}`
  const value = { symbol, ts, bid, ask: bid + 1, bidSize: 1, askSize: 1 }
  return { kind: 'record', value, time: ts, available: ts, place: '' }
}

type Read = Omit<PacedFigure, 'rate' | 'commitMs' | 'usage'>

async function readOutputs(log: Log, topic: PlannedTopic, clock: Schedule): Promise<Read> {
  const { count, from, dueAt } = clock
  const codec = createCodec(topic.schema)
  const latencies = hdr.build({ highestTrackableValue: MOST_MICROS })
  const seen = new Uint8Array(count)
  const positions = Array.from({ length: topic.partitions }, (_, partition) => {
    return { topic: topic.topic, partition, offset: 0 }
  })
  const last = dueAt(count) + PATIENCE_MS
  let [received, doubled] = [0, 0]
  while (received < count && performance.now() < last) {
    const fetched = await log.fetch(positions, { maxRecords: FETCHED, waitMs: WAIT_MS })
    const now = performance.now()
    for (const [index, { batches, next }] of fetched.entries()) {
      const position = positions[index]
      if (position !== undefined) position.offset = next
      for (const { batch, from: first } of batches) {
        for (let row = first; row < batch.count; row += 1) {
          const value = kindOf(batch, row) === RECORD ? valueAt(batch, row) : null
          if (value === null) continue
          const record = (codec.decode(value).ts as number) / 1000 - START_MS
          if (seen[record] !== 0) doubled += 1
          else received += 1
          seen[record] = 1
          if (record < from) continue
          latencies.recordValue(Math.min(MOST_MICROS, Math.round((now - dueAt(record)) * 1000)))
        }
      }
    }
    // A log in this process answers at once: let the others work.
    await new Promise(setImmediate)
  }
  const at = (percent: number): number => latencies.getValueAtPercentile(percent) / 1000
  const percentiles = { p50: at(50), p95: at(95), p99: at(99), p999: at(99.9) }
  return { sent: count, received, doubled, ...percentiles, max: latencies.maxValue / 1000 }
}

/** The audit: each record that was sent came out once. */
export function pacedProblems({ rate, sent, received, doubled }: PacedFigure): readonly string[] {
  const at = `at ${rate} records a second`
  return [
    ...(received < sent ? [`${at} ${sent - received} of ${sent} did not come`] : []),
    ...(doubled > 0 ? [`${at} ${doubled} came twice`] : []),
  ]
}
