// The bare loop: T0 or T1 of ../kafka-streams, exactly once, on hardened kafkajs, one thread, no
// engine around it: node loop.mjs BROKER GROUP INPUT OUTPUT T0|T1 [COMMIT_MS]
// It is the floor that an engine's own cost is measured from. It does not restore state or handle
// rebalances.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import avro from 'avsc'
import './hardening.mjs'

// Not imported: that would come before the modules are put in place.
const { Kafka } = createRequire(import.meta.url)('kafkajs')

const [broker, group, input, output, workload = 'T0', commitMs = '100'] = process.argv.slice(2)
const schema = (name) =>
  avro.Type.forSchema(
    JSON.parse(
      readFileSync(new URL(`../kafka-streams/src/main/avro/${name}.avsc`, import.meta.url), 'utf8'),
    ),
  )
const [Tick, Quote, Indicator] = ['Tick', 'Quote', 'Indicator'].map(schema)

const kafka = new Kafka({
  brokers: [broker],
  logLevel: 0,
  retry: { initialRetryTime: 3, factor: 0, multiplier: 1.3, maxRetryTime: 50, retries: 80 },
})
const consumer = kafka.consumer({
  groupId: group,
  maxBytesPerPartition: 2 << 20,
  maxWaitTimeInMs: 20,
})
await consumer.connect()
await consumer.subscribe({ topic: input, fromBeginning: true })

const tasks = []
for (let partition = 0; partition < 4; partition++) {
  const producer = kafka.producer({
    transactionalId: `${group}-0_${partition}`,
    idempotent: true,
    maxInFlightRequests: 1,
  })
  await producer.connect()
  tasks.push({ partition, producer, transaction: null, began: 0, next: 0n, state: new Map() })
}

function quote(tick) {
  return {
    symbol: tick.symbol,
    ts: tick.ts,
    mid: (tick.bid + tick.ask) / 2,
    spread: tick.ask - tick.bid,
  }
}

function indicator(tick, state) {
  const mid = (tick.bid + tick.ask) / 2
  let s = state.get(tick.symbol)
  if (s) {
    s.ema12 += (2 / 13) * (mid - s.ema12)
    s.ema26 += (2 / 27) * (mid - s.ema26)
    const change = mid - s.last
    const up = Math.max(change, 0)
    const down = Math.max(-change, 0)
    s.changes++
    s.gain = s.changes <= 14 ? s.gain + up / 14 : (s.gain * 13 + up) / 14
    s.loss = s.changes <= 14 ? s.loss + down / 14 : (s.loss * 13 + down) / 14
    s.last = mid
  } else {
    s = { ema12: mid, ema26: mid, gain: 0, loss: 0, changes: 0, last: mid }
    state.set(tick.symbol, s)
  }
  const rsi14 = s.changes < 14 || s.gain + s.loss === 0 ? 50 : (100 * s.gain) / (s.gain + s.loss)
  return { symbol: tick.symbol, ts: tick.ts, mid, ema12: s.ema12, ema26: s.ema26, rsi14 }
}

const [type, id, step] = workload === 'T0' ? [Quote, 2, quote] : [Indicator, 3, indicator]

async function commit(task) {
  if (!task.transaction) return
  const transaction = task.transaction
  task.transaction = null
  await transaction.sendOffsets({
    consumerGroupId: group,
    topics: [
      { topic: input, partitions: [{ partition: task.partition, offset: String(task.next) }] },
    ],
  })
  await transaction.commit()
}

await consumer.run({
  autoCommit: false,
  partitionsConsumedConcurrently: 4,
  eachBatchAutoResolve: false,
  eachBatch: async ({ batch, resolveOffset, heartbeat }) => {
    const task = tasks[batch.partition]
    const records = batch.messages
    for (let from = 0; from < records.length;) {
      if (!task.transaction) {
        task.transaction = await task.producer.transaction()
        task.began = Date.now()
      }
      const to = Math.min(records.length, from + 4000)
      const slab = Buffer.allocUnsafe((to - from) * 96)
      const messages = []
      let end = 0
      for (let i = from; i < to; i++) {
        const start = end
        slab[start] = 0
        slab.writeInt32BE(id, start + 1)
        end = type.encode(step(Tick.decode(records[i].value, 5).value, task.state), slab, start + 5)
        messages.push({
          key: records[i].key,
          value: slab.subarray(start, end),
          partition: batch.partition,
        })
      }
      const topicMessages = [{ topic: output, messages }]
      if (task.state.size > 0) {
        const changes = [...task.state].map(([key, s]) => ({
          key,
          value: JSON.stringify(s),
          partition: batch.partition,
        }))
        topicMessages.push({ topic: `${output}-changelog`, messages: changes })
      }
      await task.transaction.sendBatch({ acks: -1, topicMessages })
      from = to
      task.next = BigInt(records[to - 1].offset) + 1n
      if (Date.now() - task.began >= Number(commitMs)) await commit(task)
    }
    resolveOffset(String(task.next - 1n))
    if (BigInt(batch.highWatermark) <= task.next) await commit(task)
    await heartbeat()
  },
})
