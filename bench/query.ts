// Claim: beside a running topology a point query takes 5 ms at most at the 99th percentile, at
// 2,000 requests a second, and the topology loses less than 10 % of its throughput; and 1,000
// subscribers each get 10 updates a second over a WebSocket of their own. Who asks is another
// process.
// Run: node bench/query.ts [--rate N] [--seconds N] [--workers N] [--json]
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { table } from '../cli/counts-text.ts'
import { processPace } from '../runtime/pace.ts'
import { askAtRate, subscribeAll } from './query/ask.ts'
import type { FromScene, SceneCase } from './query/paced-scene.ts'
import { symbolNames } from './workload/ticks.ts'

const QUERIES_PER_SECOND = 2_000
const UPDATES_PER_SECOND = 10
const SUBSCRIBERS = 1_000
const PARTITIONS = 4
const WARM_MS = 5_000

const args = process.argv.slice(2)
const option = (name: string, usual: number): number =>
  Number(args[args.indexOf(`--${name}`) + 1]) || usual
const [rate, seconds] = [option('rate', 20_000), option('seconds', 10)]
const given: SceneCase = {
  rate,
  symbols: Math.max(SUBSCRIBERS, Math.round(rate / UPDATES_PER_SECOND)),
  workers: option('workers', 2),
}

const child = fork(new URL('./query/paced-scene.ts', import.meta.url), [JSON.stringify(given)], {
  stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
})
try {
  const figures = await measure()
  process.stdout.write(args.includes('--json') ? `${JSON.stringify(figures)}\n` : textOf(figures))
} finally {
  child.disconnect()
}

async function measure() {
  const serving = await heard()
  if (serving.kind !== 'serving') throw new Error('the scene tells first where it serves')
  const { url } = serving
  const names = symbolNames(given.symbols, PARTITIONS)
  const base = '/api/v1/stores/per_tick/indicators/entries/'
  const paths = names.map((name) => base + encodeURIComponent(name))
  await processPace.pause(WARM_MS)
  const perSecond = { rate: QUERIES_PER_SECOND, seconds }
  // What is compiled on the first requests is no part of the rest.
  await askAtRate(url, paths, { ...perSecond, seconds: 2 })
  const [alone] = await committing(() => processPace.pause(seconds * 1_000))
  const [queried, point] = await committing(() => askAtRate(url, paths, perSecond))
  const channels = names.slice(0, SUBSCRIBERS).map((name) => `indicators:${name}`)
  const [subscribed, streams] = await committing(() => subscribeAll(url, channels, seconds))
  return { rate, alone, queried, point, subscribed, streams }
}

/** Records that the topology commits in a second while something is done, and what comes of it. */
async function committing<T>(act: () => Promise<T>): Promise<readonly [number, T]> {
  const before = await committed()
  const done = await act()
  const after = await committed()
  return [((after.items - before.items) * 1_000) / (after.atMs - before.atMs), done]
}

async function committed() {
  const answer = heard()
  child.send('committed')
  const message = await answer
  if (message.kind !== 'committed') throw new Error('the scene was asked what it has committed')
  return message
}

async function heard(): Promise<FromScene> {
  const [message] = (await once(child, 'message')) as [FromScene]
  return message
}

function textOf(figures: Awaited<ReturnType<typeof measure>>): string {
  const { alone, queried, point, subscribed, streams } = figures
  const loss = (now: number): string => `${(100 * (1 - now / alone)).toFixed(1)} %`
  const rows = [
    ['', 'records/s', 'lost'],
    ['alone', Math.round(alone), ''],
    [`${QUERIES_PER_SECOND} queries/s`, Math.round(queried), loss(queried)],
    [`${SUBSCRIBERS} subscribers`, Math.round(subscribed), loss(subscribed)],
  ].map((row) => row.map(String))
  const { p50, p99, max, bad, asked } = point
  const { leastPerSecond, meanPerSecond, skipped, dropped } = streams
  const ms = [p50, p99, max].map((each) => each.toFixed(1)).join(' / ')
  return [
    `paced at ${figures.rate} records a second, ${given.workers} workers in threads`,
    ...table(rows),
    `point query: p50 / p99 / max ${ms} ms; ${bad} of ${asked} were not answered`,
    `subscribers: ${meanPerSecond.toFixed(1)} updates a second each, the slowest ` +
      `${leastPerSecond.toFixed(1)}; ${skipped} left out, ${dropped} dropped`,
    '',
  ].join('\n')
}
