import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { loadTopology } from '../cli/load-topology.ts'
import { readHistory } from '../cli/replay/inputs.ts'
import type { InputItem } from '../connectors/file/input-record.ts'
import { operators } from '../operators/index.ts'
import type { RunResult } from '../runtime/reference/history.ts'
import { runReference } from '../runtime/reference/interpreter.ts'
import { renderDiagnostics } from '../topology/render.ts'

const APP = new URL('../apps/forex/', import.meta.url).pathname

async function replay(...files: readonly string[]): Promise<RunResult> {
  const { plan, diagnostics } = loadTopology(`${APP}topology.yaml`)
  expect(renderDiagnostics(diagnostics)).toBe('')
  const topic = plan?.topics.get('quotes')
  if (plan === undefined || topic === undefined) throw new Error('no plan')
  const paths = files.map((file) => `${APP}data/${file}`)
  const items: InputItem[] = []
  await readHistory(topic, paths, (batch) => void items.push(...batch))
  return runReference({ plan, operators, inputs: new Map([['quotes', items]]) })
}

interface Quote {
  readonly ms: number
  readonly bid: number
  readonly ask: number
}

/** The file's rows, read without any part of the engine. */
function rowsOf(file: string): Quote[] {
  const text = gunzipSync(readFileSync(`${APP}data/${file}`)).toString('utf8')
  const [, ...lines] = text.trim().split('\n')
  return lines.map((line) => {
    const [ms, , bid, ask] = line.split(',')
    return { ms: Number(ms), bid: Number(bid), ask: Number(ask) }
  })
}

/** One-minute bars of the mid, counted by grouping; the last minute is still open. */
function countBars(quotes: readonly Quote[]) {
  const minutes = new Map<number, number[]>()
  for (const { ms, bid, ask } of quotes) {
    const minute = Math.floor(ms / 60_000)
    const mids = minutes.get(minute) ?? []
    mids.push((bid + ask) / 2)
    minutes.set(minute, mids)
  }
  const bars = [...minutes].map(([minute, mids]) => ({
    symbol: 'EURUSD',
    time: minute * 60_000_000,
    end: (minute + 1) * 60_000_000,
    open: mids[0],
    high: Math.max(...mids),
    low: Math.min(...mids),
    close: mids.at(-1),
    volume: 0,
    count: mids.length,
  }))
  return bars.toSorted((a, b) => a.time - b.time).slice(0, -1)
}

for (const day of ['20140501', '20140502']) {
  test(`bars of OANDA EURUSD ${day} equal an independent count, record by record`, async () => {
    const file = `oanda-eurusd-${day}.csv.gz`
    const { outputs, deadLetters } = await replay(file)
    const sound = rowsOf(file).filter(({ bid, ask }) => ask > bid)
    expect(deadLetters.length).toBe(rowsOf(file).length - sound.length)
    const bars = (outputs.get('bars') ?? []).map(({ value }) => ({ ...value }))
    expect(bars.length).toBeGreaterThan(100)
    expect(bars).toEqual(countBars(sound))
  })
}

test('crossed and locked quotes of the FXCM day are dead letters that say why', async () => {
  const file = 'fxcm-eurusd-20140505.csv.gz'
  const { deadLetters, outputs } = await replay(file)
  const rows = rowsOf(file)
  const reasons = new Map<string, number>()
  for (const { reason } of deadLetters) reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  expect(Object.fromEntries(reasons)).toEqual({
    'breaks the rule "not_crossed"': rows.filter(({ bid, ask }) => ask < bid).length,
    'breaks the rule "not_locked"': rows.filter(({ bid, ask }) => ask === bid).length,
  })
  expect(deadLetters.length).toBe(12_096)
  expect(deadLetters[0]?.place).toMatch(/^fxcm-eurusd-20140505\.csv\.gz:\d+$/)
  const sound = rows.filter(({ bid, ask }) => ask > bid)
  expect((outputs.get('bars') ?? []).map(({ value }) => ({ ...value }))).toEqual(countBars(sound))
})
