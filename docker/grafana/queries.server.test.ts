// Every query of every dashboard, as Grafana would send it, on a real QuestDB and a real Prometheus
// that hold the main job's data: the desk is run over its history, with its sinks to QuestDB.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client, type QueryArrayResult } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { main } from '../../cli/main.ts'
import { recordedIo } from '../../cli/recorded-io.ts'
import { freePorts } from '../../test/servers/free-ports.ts'
import { guardedFolder } from '../../test/servers/guarded-folder.ts'
import { describeWith } from '../../test/servers/shared-servers.ts'
import { startServer, type StartedServer } from '../../test/servers/start-server.ts'
import { prometheus } from '../native/prometheus.ts'
import { questdb } from '../native/questdb.ts'
import { portOf } from '../native/server.ts'
import { until } from '../native/until.ts'
import { expandMetrics, expandSql, type Shown } from './expand.test-data.ts'
import { type PanelFile, panelsOf, readDashboards } from './read-dashboards.test-data.ts'

const boards = readDashboards()
const panels = boards.flatMap((board) => {
  return panelsOf(board).map((panel) => [`${board.title}: ${panel.title}`, panel] as const)
})
const ofSql = panels.filter(([, { targets }]) => targets.some(({ rawSql }) => rawSql))
const ofMetrics = panels.filter(([, { targets }]) => targets.some(({ expr }) => expr))

const chosen = (symbols: readonly string[]): Shown['variables'] =>
  new Map([
    ['symbol', symbols],
    ['account', ['core', 'satellite']],
  ])

/** The time that a panel shows, and how far apart its points are. */
const minutes: Shown = {
  from: '2024-08-08T23:54:00Z',
  to: '2024-08-09T00:00:30Z',
  interval: '1s',
  intervalMs: 1000,
  variables: chosen(['BTCUSDT', 'ETHUSDT']),
}
const day = { ...minutes, from: '2024-08-08T12:00:00Z', interval: '1m', intervalMs: 60_000 }

// The PostgreSQL wire's numbers of types. A decimal is none of them: Grafana would take it as text.
const TIMES = [1114, 1184]
const NUMBERS = [20, 21, 23, 700, 701]
const TEXTS = [25, 1043]

const APP = join(import.meta.dirname, '..', '..', 'apps', 'crypto')
let database: Client
let metrics: StartedServer
let questPort = 0
let began = 0

async function millrace(...args: readonly string[]): Promise<void> {
  const io = recordedIo()
  await main(args, io)
  expect(io.exitCode(), io.errors()).toBe(0)
}

/** On an embedded log, scraped while it lasts. */
async function runDesk(folder: string, http: number): Promise<void> {
  const desk = join(APP, 'topology.yaml')
  const data = (name: string) => join(APP, 'data', name)
  const log = ['--log', `embedded:${join(folder, 'log')}`]
  const feed = (...words: readonly string[]) =>
    millrace('feed', ...words, ...log, '--from-topology', desk)
  await feed(data('instruments.jsonl'), '--topic', 'instruments')
  await feed(data('accounts.jsonl'), '--topic', 'accounts')
  await feed(
    ...['btc', 'eth'].map((base) => `binance:${data(`binance-usdm-${base}usdt-20240808.raw.br`)}`),
  )
  const env = join(folder, 'env.yaml')
  const url = `http://127.0.0.1:${questPort}`
  writeFileSync(env, `connections: { quest: { connector: questdb, url: '${url}' } }\n`)
  // In threads, so that whoever scrapes is answered while they work.
  const how = ['--workers', '2', '--http', String(http), '--until-idle']
  await millrace('run', desk, ...log, '--env', env, ...how)
}

/** As a user who can only read, in the protocol that Grafana speaks. */
function ask(sql: string): Promise<QueryArrayResult<unknown[]>> {
  return database.query({ text: sql, rowMode: 'array', queryMode: 'extended' } as {
    readonly text: string
    readonly rowMode: 'array'
  })
}

function columnOf(result: QueryArrayResult<unknown[]>, name: string): readonly unknown[] {
  const at = result.fields.findIndex((field) => field.name === name)
  expect(at, `column ${name}`).toBeGreaterThanOrEqual(0)
  return result.rows.map((row) => row[at])
}

describeWith([questdb, prometheus], 'the dashboards', () => {
  beforeAll(async () => {
    const folder = guardedFolder()
    const [own] = [
      ...(await freePorts({ ...questdb, ports: [{ name: 'http', usual: 0 }] })).values(),
    ]
    const settings = { targets: `127.0.0.1:${own ?? 0}`, scrape_interval: '1s' }
    const [quest, scraper] = await Promise.all([
      startServer(questdb),
      startServer(prometheus, { settings }),
    ])
    metrics = scraper
    questPort = portOf(quest, 'questdb')
    began = await prometheusTime()
    await runDesk(folder, own ?? 0)
    database = new Client({
      host: '127.0.0.1',
      port: portOf(quest, 'questdb-pg'),
      user: 'user',
      password: 'quest',
      database: 'qdb',
    })
    await database.connect()
    const isApplied = async () => {
      const { rows } = await ask(
        `select count() from wal_tables() where writerTxn < sequencerTxn
         union all select 13 - count() from trades_1m`,
      )
      return rows.every(([left]) => left === '0')
    }
    expect(await until(isApplied, { withinMs: 60_000 }), 'what was written is applied').toBe(true)
  }, 240_000)
  afterAll(() => database.end())

  test('ask as a user who can only read', async () => {
    await expect(ask('drop table trades')).rejects.toThrow(/permission|denied|read/i)
  })

  test.each(ofSql)('%s', async (_, panel) => {
    for (const { rawSql = '', format } of panel.targets) {
      for (const shown of [minutes, day]) {
        const result = await ask(expandSql(rawSql, shown))
        if (panel.fieldConfig.defaults.noValue === undefined) {
          expect(result.rows.length).toBeGreaterThan(0)
        }
        if (format === 'time_series') checkSeries(result)
        else checkRows(result, panel)
        for (const name of Object.values(panel.options.fields ?? {})) columnOf(result, name)
      }
      // Nothing that a name holds breaks out of its quotes.
      await ask(expandSql(rawSql, { ...minutes, variables: chosen(["O'X", ') or (1=1']) }))
    }
  })

  test('come to what the desk says of itself', async () => {
    const shows = async (title: string): Promise<Readonly<Record<string, number>>> => {
      const [, panel] = ofSql.find(([name]) => name.endsWith(`: ${title}`)) ?? []
      const result = await ask(expandSql(panel?.targets[0]?.rawSql ?? '', minutes))
      return Object.fromEntries(result.rows.map(([name, value]) => [String(name), Number(value)]))
    }
    expect(await shows('Orders')).toEqual({ filled: 40, cancelled: 34, pending: 2, expired: 1 })
    expect(await shows('Risk gate')).toEqual({ approved: 34, rejected: 10, reduced: 1 })
    expect(await shows('Fills')).toEqual({ maker: 33, taker: 72 })
    expect((await shows('Equity'))['core']).toBeCloseTo(249_797.35, 2)
    expect((await shows('Greatest drawdown'))['satellite']).toBeCloseTo(0.0007, 4)
  })

  // The desk's history breaks no check.
  test('show a check that was broken', async () => {
    const insert = `insert into quality (_time, symbol, "check", _partition, _offset)
      values ('2024-08-08T23:55:00Z', 'BTCUSDT', 'gap', 0, 0)`
    const exec = `http://127.0.0.1:${questPort}/exec?query=${encodeURIComponent(insert)}`
    expect((await fetch(exec)).status).toBe(200)
    const [flags, ...others] = ofSql.filter(([name]) => /(broke|: Flags|Last flags)$/.test(name))
    expect(others).toHaveLength(2)
    const count = async (panel: PanelFile | undefined) => {
      return (await ask(expandSql(panel?.targets[0]?.rawSql ?? '', minutes))).rows.length
    }
    expect(await until(async () => (await count(flags?.[1])) === 1, { withinMs: 30_000 })).toBe(
      true,
    )
    for (const [, panel] of others) expect(await count(panel)).toBe(1)
  })

  test('find the book where the fill saw it', async () => {
    const [, panel] = ofSql.find(([name]) => name.endsWith(': Markout')) ?? []
    const markout = await ask(expandSql(panel?.targets[0]?.rawSql ?? '', minutes))
    const seen = await ask(
      `select liquidity, avg(side * (mid - price::double) / price::double * 10000) as taker
       from fills order by liquidity`,
    )
    const [[, ...atOnce] = []] = markout.rows
    expect(atOnce).toHaveLength(2)
    seen.rows.forEach(([, mean], at) => expect(atOnce[at]).toBeCloseTo(Number(mean), 9))
  })

  test.each(
    boards.flatMap(({ title, annotations: { list = [] } }) => {
      return list.map(({ target }) => [title, target.rawSql ?? ''] as const)
    }),
  )('%s: marks', async (_, sql) => {
    const result = await ask(expandSql(sql, minutes))
    expect(result.rows.length).toBeGreaterThan(0)
    expect(columnOf(result, 'time').every((time) => time instanceof Date)).toBe(true)
    for (const name of ['text', 'tags']) {
      expect(columnOf(result, name).every((text) => typeof text === 'string')).toBe(true)
    }
  })

  test('choose from what there is', async () => {
    const queries = boards.flatMap(({ templating }) => templating.list)
    const choices = new Map(queries.map(({ name, query }) => [name, query]))
    expect((await ask(choices.get('symbol') ?? '')).rows).toEqual([['BTCUSDT'], ['ETHUSDT']])
    expect((await ask(choices.get('account') ?? '')).rows).toEqual([['core'], ['satellite']])
    const [, match, label] =
      /^label_values\((\w+), (\w+)\)$/.exec(choices.get('topology') ?? '') ?? []
    expect(await prometheusSays(`label/${label ?? ''}/values?match[]=${match ?? ''}`)).toEqual([
      'crypto-desk',
    ])
  })

  test('are asked whether an account is down, by an alert', async () => {
    const file = join(import.meta.dirname, 'provisioning', 'alerting', 'drawdown.yaml')
    const { groups } = parse(readFileSync(file, 'utf8')) as {
      readonly groups: readonly { readonly rules: readonly Rule[] }[]
    }
    const [rule] = groups.flatMap(({ rules }) => rules)
    const board = boards.find(({ uid }) => uid === rule?.dashboardUid)
    expect(board?.panels.find(({ id }) => id === rule?.panelId)?.title).toBe('Greatest drawdown')
    const result = await ask(expandSql(rule?.data[0]?.model.rawSql ?? '', minutes))
    checkRows(result, undefined)
    expect(columnOf(result, 'account')).toEqual(['core', 'satellite'])
    expect(columnOf(result, 'drawdown').every((value) => Number(value) > 0)).toBe(true)
  })

  test.each(ofMetrics)('%s', async (_, panel) => {
    const ends = await prometheusTime()
    for (const { expr = '' } of panel.targets) {
      const variables = new Map([['topology', ['crypto-desk']]])
      const query = encodeURIComponent(expandMetrics(expr, variables, '5s'))
      const range = `start=${began}&end=${ends}&step=1`
      const { result } = (await prometheusSays(`query_range?query=${query}&${range}`)) as {
        readonly result: readonly { readonly values: readonly unknown[] }[]
      }
      if (panel.fieldConfig.defaults.noValue !== undefined) continue
      expect(result.length, expr).toBeGreaterThan(0)
      expect(result.every(({ values }) => values.length > 0)).toBe(true)
    }
  })
})

interface Rule {
  readonly dashboardUid: string
  readonly panelId: number
  readonly data: readonly { readonly model: { readonly rawSql?: string } }[]
}

async function prometheusSays(path: string): Promise<unknown> {
  const answer = await fetch(`http://127.0.0.1:${portOf(metrics, 'prometheus')}/api/v1/${path}`)
  const { status, data, error } = (await answer.json()) as Readonly<Record<string, unknown>>
  expect(status, String(error)).toBe('success')
  return data
}

/** Seconds since 1970, by its clock. */
async function prometheusTime(): Promise<number> {
  const { result } = (await prometheusSays('query?query=time()')) as { result: readonly number[] }
  return result[0] ?? 0
}

/** Grafana turns it into lines: time first and in order, numbers, and texts that part the lines. */
function checkSeries({ fields, rows }: QueryArrayResult<unknown[]>): void {
  const [time, ...others] = fields
  expect(time?.name).toBe('time')
  expect(TIMES).toContain(time?.dataTypeID)
  const stamps = rows.map(([stamp]) => Number(stamp))
  expect(stamps).toEqual(stamps.toSorted((a, b) => a - b))
  for (const { name, dataTypeID } of others) {
    expect([...NUMBERS, ...TEXTS], name).toContain(dataTypeID)
  }
  const numbers = fields.flatMap(({ dataTypeID }, at) => (NUMBERS.includes(dataTypeID) ? [at] : []))
  expect(numbers.length).toBeGreaterThan(0)
  for (const at of numbers) {
    const filled = rows.filter((row) => row[at] !== null)
    expect(filled.length > 0 || rows.length === 0, fields[at]?.name).toBe(true)
  }
}

function checkRows(result: QueryArrayResult<unknown[]>, panel: PanelFile | undefined): void {
  for (const { name, dataTypeID } of result.fields) {
    expect([...TIMES, ...NUMBERS, ...TEXTS], name).toContain(dataTypeID)
  }
  if (panel?.options.xField === undefined) return
  const x = columnOf(result, panel.options.xField).map(Number)
  expect(x).toEqual(x.toSorted((a, b) => a - b))
}
