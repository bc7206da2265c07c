// A topology of the user's on the log of their choice, over recorded history or records that are
// made up for its schemas, flat out or at a rate.
import type { BenchRequest } from '../../cli/bench/request.ts'
import { count, table } from '../../cli/counts-text.ts'
import { operators } from '../../operators/index.ts'
import { USUAL_COMMIT } from '../../runtime/defaults.ts'
import { runReference } from '../../runtime/reference/interpreter.ts'
import { answerCase, isCase, runCase } from '../measure/case-process.ts'
import { numberText, spreadOf, spreadText } from '../measure/spread.ts'
import { runScenario, showFigures } from '../measure/take-request.ts'
import { limitText } from '../measure/usage.ts'
import {
  historiesOf,
  planFor,
  runTopology,
  type TopologyCase,
  type TopologyFigure,
} from '../topology/run-topology.ts'

const RECORDS = 1_000_000
const REPEATS = 3
const SYMBOLS = 16
const SECONDS = 10
/** Event time of records that are made up and not paced. */
const USUAL_RATE = 1_000
/** The reference interpreter, which takes some 40,000 a second, checks up to so many. */
const MOST_CHECKED = 200_000

if (isCase()) await answerCase(runTopology)
else await runScenario(report)

async function report(request: BenchRequest): Promise<void> {
  const { rate, file = '' } = request
  const paced = rate === undefined ? undefined : rate * (request.seconds ?? SECONDS)
  const records = request.records ?? paced ?? RECORDS
  const given: TopologyCase = {
    file,
    ...{ set: request.set, access: request.access, input: request.input, rate },
    workers: request.workers ?? 1,
    commit: { ...USUAL_COMMIT, everyMs: request.commitMs ?? USUAL_COMMIT.everyMs },
    synthetic: { records, keys: request.symbols ?? SYMBOLS, rate: rate ?? USUAL_RATE },
  }
  const figures: TopologyFigure[] = []
  const repeats = request.repeats ?? (rate === undefined ? REPEATS : 1)
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    figures.push(await runCase<TopologyFigure>(import.meta.url, given))
  }
  const expected = await expectedOf(given, figures)
  const problems = figures.flatMap((figure) => auditOf(figure, expected?.written))
  const audit = [
    'every record fed was read, and every run wrote the same',
    ...(expected?.isReference ? ['as the reference interpreter does'] : []),
  ].join(', ')
  showFigures(request, { figures, text: textOf(given, figures), problems, audit })
}

interface Expected {
  readonly isReference: boolean
  readonly written: TopologyFigure['written']
}

/** Of the reference interpreter, where it does not take too long; else of the first run. */
async function expectedOf(
  given: TopologyCase,
  [first]: readonly TopologyFigure[],
): Promise<Expected | undefined> {
  if (first === undefined) return undefined
  if (first.records > MOST_CHECKED) return { isReference: false, written: first.written }
  const plan = planFor(given)
  const { digests } = runReference({ plan, operators, inputs: await historiesOf(plan, given) })
  const written = [...digests].map(([name, digest]) => {
    return [name, [digest.records, digest.toString()]] as const
  })
  return { isReference: true, written: Object.fromEntries(written) }
}

function auditOf(figure: TopologyFigure, expected: TopologyFigure['written'] = {}): string[] {
  const unread = Object.entries(figure.read).flatMap(([topic, [fed, read]]) =>
    fed === read ? [] : [`of ${count(fed)} records of "${topic}" ${count(read)} were read`],
  )
  const other = Object.entries(expected).flatMap(([topic, [records, digest]]) => {
    const [got = 0, own = 'none'] = figure.written[topic] ?? []
    if (own === digest) return []
    return [`"${topic}" has ${count(got)} records, digest ${own}, not ${count(records)}, ${digest}`]
  })
  return [...unread, ...other]
}

function textOf(given: TopologyCase, figures: readonly TopologyFigure[]): string {
  const { file, access, workers, rate, input } = given
  const [first] = figures
  if (first === undefined) return ''
  const cpu = ({ usage, records }: TopologyFigure): number =>
    (usage.cores * usage.seconds * 1e6) / records
  const what = input.length > 0 ? 'recorded' : 'made up'
  const rows = [
    ['', figures.length > 1 ? 'least / median / most' : 'one run'],
    [
      'records a second',
      spreadText(spreadOf(figures.map(({ usage, records }) => records / usage.seconds)), 0),
    ],
    ['CPU seconds per million records', spreadText(spreadOf(figures.map(cpu)))],
    ['cores', spreadText(spreadOf(figures.map(({ usage }) => usage.cores)))],
    ['memory beside files, peak', `${numberText(first.megabytes, 0)} MB`],
    ...(first.lateness === undefined
      ? []
      : [['ms from due to committed, p50, p99, max', latenessText(first.lateness)]]),
  ]
  const written = Object.entries(first.written).map(([name, [own]]) => `${count(own)} ${name}`)
  const pace = rate === undefined ? 'flat out' : `at ${count(rate)} a second`
  const limit =
    rate === undefined || isBehind(first)
      ? limitText(first.usage, { threads: workers, canGrow: access.address.kind !== 'memory' })
      : 'limit: none was met; the input comes no faster'
  return [
    `${file} on ${access.address.kind}: ${count(first.records)} records, ${what}, ${pace}`,
    ...table(rows),
    `committed: ${written.join(', ')}`,
    limit,
  ].join('\n')
}

/** Later than a second, half of the time. */
function isBehind({ lateness }: TopologyFigure): boolean {
  return (lateness?.p50 ?? 0) > 1_000
}

function latenessText({ p50, p99, max }: NonNullable<TopologyFigure['lateness']>): string {
  return [p50, p99, max].map((ms) => ms.toFixed(1)).join(', ')
}
