// Who used the machine while something was measured: this process, the broker, others; how long
// processors had nothing to do, or waited for the disk (Linux; elsewhere this process alone).
import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { cpuSeconds } from './process-usage.ts'

/** In processor cores, over the seconds. */
export interface Usage {
  readonly seconds: number
  readonly cores: number
  readonly machine: MachineUsage | undefined
}

export interface MachineUsage {
  /** Undefined where the broker is not on this machine, or there is none. */
  readonly broker: number | undefined
  readonly others: number
  readonly idle: number
  /** Nothing to do but to wait for the disk. */
  readonly disk: number
  readonly of: number
}

const TICKS_PER_SECOND = 100

interface Times {
  readonly busy: number
  readonly idle: number
  readonly disk: number
}

/** Begins to watch; what it gives tells of the time up to its call. `broker`: a process's id. */
export function watchUsage(broker: number | undefined): () => Usage {
  const [began, cpu, times] = [performance.now(), process.cpuUsage(), machineTimes()]
  const brokerBefore = broker === undefined ? 0 : cpuSeconds(broker)
  return () => {
    const seconds = (performance.now() - began) / 1000
    const { user, system } = process.cpuUsage(cpu)
    const cores = (user + system) / 1e6 / seconds
    const now = machineTimes()
    if (times === undefined || now === undefined) return { seconds, cores, machine: undefined }
    const used = broker === undefined ? undefined : (cpuSeconds(broker) - brokerBefore) / seconds
    const busy = (now.busy - times.busy) / seconds
    const machine: MachineUsage = {
      broker: used,
      others: Math.max(0, busy - cores - (used ?? 0)),
      idle: (now.idle - times.idle) / seconds,
      disk: (now.disk - times.disk) / seconds,
      of: availableParallelism(),
    }
    return { seconds, cores, machine }
  }
}

/** Seconds of all processors since the machine began. */
function machineTimes(): Times | undefined {
  if (!existsSync('/proc/stat')) return undefined
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n')
  const ticks = line.trim().split(/\s+/).slice(1).map(Number)
  const [user = 0, nice = 0, system = 0, idle = 0, disk = 0, irq = 0, softirq = 0, steal = 0] =
    ticks
  const busy = user + nice + system + irq + softirq + steal
  const inSeconds = (value: number): number => value / TICKS_PER_SECOND
  return { busy: inSeconds(busy), idle: inSeconds(idle), disk: inSeconds(disk) }
}

/** Of a core, or of all: what counts as nearly all of it. */
const NEARLY = 0.85
const MUCH = 0.25

export interface Workforce {
  /** How many threads could work for the run. */
  readonly threads: number
  /** Whether more workers would be more threads. */
  readonly canGrow: boolean
}

/** What a run could not be faster for, as a sentence. */
export function limitText({ cores, machine }: Usage, { threads, canGrow }: Workforce): string {
  const own = `this process used ${cores.toFixed(2)} cores`
  if (machine === undefined) return `limit: not known on this system; ${own}`
  const { broker, others, idle, disk, of } = machine
  const all = [
    own,
    ...(broker === undefined ? [] : [`the broker ${broker.toFixed(2)}`]),
    `others ${others.toFixed(2)}, of ${of}`,
  ].join(', ')
  if (cores >= NEARLY * Math.min(threads, of)) {
    const hint = canGrow && threads < of ? '; more workers can use more' : ''
    return `limit: the processor time of this process${hint} (${all})`
  }
  if (idle + disk <= (1 - NEARLY) * of) {
    const [most] = [
      { who: 'of this process', cores },
      { who: 'of the broker', cores: broker ?? 0 },
      { who: 'of other processes', cores: others },
    ].sort((a, b) => b.cores - a.cores)
    return `limit: the processors are all in use, most ${most?.who ?? ''} (${all})`
  }
  if (disk >= MUCH) return `limit: the disk, ${disk.toFixed(2)} cores wait for it (${all})`
  return `limit: the log, whose answers are waited for (${all})`
}
