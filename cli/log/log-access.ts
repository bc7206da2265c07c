// The log that a command works on: named by `--log` and `--registry`, or by the environment; what
// is given on the command line counts.
import { Option } from 'commander'
import type { KafkaLogOptions } from '../../connectors/kafka/kafka-log-options.ts'
import { environmentOrFail } from '../environment.ts'
import type { Io } from '../io.ts'
import { FileProblem } from '../load-topology.ts'
import { LASTING_FORMS, type LogAddress, logAddress } from './log-address.ts'
import { type LogSettings, registryProblem } from './log-settings.ts'

export interface LogOptions {
  readonly log?: string
  readonly registry?: string
  readonly env?: string
}

export interface LogAccess {
  /** As the user names it. */
  readonly name: string
  readonly address: LogAddress
  /** Plain data, for threads too; undefined: it is no Kafka log. */
  readonly kafka: KafkaLogOptions | undefined
}

/** `--log` of a command that needs one that stays; `where` says which, such as "where it ran". */
export function logOption(where: string): Option {
  return new Option('--log <log>', `${where}: ${LASTING_FORMS},...; else what --env names`)
}

export function registryOption(): Option {
  return new Option('--registry <url>', 'of schemas, for a Kafka log; else what --env names')
}

export function environmentOption(): Option {
  return new Option('--env <file>', 'says what the log is, and how to log in to it')
}

/**
 * Undefined after mistakes in the environment have been shown and the command has failed.
 * @throws FileProblem where no log is named, or a name is none.
 */
export function logAccessOrFail(options: LogOptions, io: Io): LogAccess | undefined {
  const environment = environmentOrFail(options.env, io)
  return environment && logAccess(options, environment.logs)
}

/** @throws FileProblem where no log is named, or a name is none. */
export function logAccess(
  { log, registry }: LogOptions,
  settings: LogSettings,
  otherwise?: string,
): LogAccess {
  const name = log ?? settings.log ?? otherwise
  if (name === undefined) {
    throw new FileProblem(`no log is named; add --log ${LASTING_FORMS}, or --env FILE that does`)
  }
  const address = logAddress(name)
  if (registry !== undefined) {
    const problem = registryProblem(registry)
    if (problem !== undefined) throw new FileProblem(`--registry ${problem}`)
  }
  if (address.kind !== 'kafka') {
    if (registry === undefined) return { name, address, kafka: undefined }
    throw new FileProblem(`--registry is for a Kafka log, and ${name} keeps schemas itself`)
  }
  return { name, address, kafka: kafkaOptions(address.brokers, registry, settings) }
}

function kafkaOptions(
  brokers: readonly string[],
  registry: string | undefined,
  settings: LogSettings,
): KafkaLogOptions {
  const { tls, sasl, clientId, requestTimeoutMs, ...rest } = settings.kafka ?? {}
  const known = settings.registry
  // Who logs in to the environment's registry does not log in to another one.
  const isKnown = registry === undefined || known?.url === registry
  const chosen = isKnown ? known : { url: registry }
  return {
    connection: {
      brokers,
      ...(tls === undefined ? undefined : { tls }),
      ...(sasl === undefined ? undefined : { sasl }),
      ...(clientId === undefined ? undefined : { clientId }),
      ...(requestTimeoutMs === undefined ? undefined : { requestTimeoutMs }),
    },
    ...(chosen === undefined ? undefined : { registry: chosen }),
    ...rest,
  }
}
