// The parts of docs/benchmarks.md that speak of Kafka. All runs are in the tables; where others
// used the machine in some, the ratios stand a second time without those.
import { idleTable, latencyTable, ratioTable, table, throughputTable } from '../kafka/tables.ts'
import { spreadText } from '../measure/spread.ts'
import type { KafkaResults } from './results.ts'
import { takenText } from './taken-text.ts'

/** Of a core: others that use more disturb a run on a machine with two. */
const DISTURBS = 0.3

export function kafkaParts(results: KafkaResults): Readonly<Record<string, string>> {
  const { taken, throughput, latency, restore, idle } = results
  const quiet = throughput.filter(({ coresUsedByOthers }) => coresUsedByOthers < DISTURBS)
  const negative = latency.filter(({ coresUsedByOthers }) => coresUsedByOthers < 0)
  return {
    'kafka-taken': takenText(taken),
    'kafka-disturbed': disturbedText(results),
    'kafka-throughput': throughputTable(throughput),
    'kafka-ratios': ratioTable(throughput),
    'kafka-ratios-quiet': ratioTable(quiet),
    'kafka-latency': latencyTable(latency),
    'kafka-latency-doubt':
      negative.length === 0
        ? ''
        : `In ${negative.length} of ${latency.length} runs the cores used by others come out ` +
          'below zero, which cannot be: what the system counts for the machine and for its ' +
          'processes ' +
          'disagrees there by as much, for a reason that is not known. The cores of these rows ' +
          'are in doubt by that; the times from due to read are not made from them.',
    'kafka-restore': table(
      ['entries restored', 'per CPU second', 'per second', 'goal'],
      [
        [
          restore.entries.toLocaleString('en'),
          spreadText(restore.perCpuSecond, 0),
          spreadText(restore.perSecond, 0),
          '>= 500,000 a CPU second',
        ],
      ],
    ),
    'kafka-idle': idleTable(idle),
  }
}

function disturbedText({ throughput }: KafkaResults): string {
  const disturbed = throughput.filter(({ coresUsedByOthers }) => coresUsedByOthers >= DISTURBS)
  if (disturbed.length === 0) return `Others used less than ${DISTURBS} cores in every run.`
  const count = `${disturbed.length} of ${throughput.length}`
  const groups = Map.groupBy(disturbed, ({ workload, contender, threads }) => {
    return `${workload} ${contender} ${threads}`
  })
  const names = [...groups].map(([name, own]) => {
    const cores = own.map(({ coresUsedByOthers }) => coresUsedByOthers.toFixed(2)).join(' and ')
    return `${name} (${cores})`
  })
  return (
    `The machine was not quiet all the time: in ${count} runs others used ${DISTURBS} cores or ` +
    `more of two: ${names.join(', ')}.`
  )
}
