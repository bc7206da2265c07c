// Where a house rule makes a file worse: the file, what is excused there, and why. An entry that
// excuses nothing is itself a problem, so the table cannot outlive its causes.
import type { Problem, Rule } from './rule.ts'

export interface Exception {
  /** A rule's name. */
  readonly rule: string
  /** A file, or a folder with its slash. */
  readonly path: string
  /** What the rule found there; without it, all that it finds there is excused. */
  readonly about?: string
  readonly reason: string
}

export const exceptions: readonly Exception[] = [
  {
    rule: 'banned-calls',
    path: 'cli/bin.js',
    about: 'process.exit',
    reason: 'The launcher hands on the exit code of the process that it starts.',
  },
  {
    rule: 'banned-calls',
    path: 'runtime/pace.ts',
    reason: 'The one wall clock: it paces commits and waits, and is passed to whoever needs it.',
  },
  {
    rule: 'banned-calls',
    path: 'connectors/embedded/clock.ts',
    reason:
      'Retention goes by when a record was appended, and a fetch looks again for what other ' +
      'processes wrote; no order or content depends on either.',
  },
  {
    rule: 'banned-calls',
    path: 'connectors/kafka/clock.ts',
    reason:
      'Deadlines of requests and pauses between retries; no order or content depends on them.',
  },
  {
    rule: 'banned-calls',
    path: 'cli/environment.ts',
    about: 'process.env',
    reason: 'An environment names its secrets; they are variables of the process.',
  },
  {
    rule: 'banned-calls',
    path: 'cli/verify/elsewhere.ts',
    about: 'process.env',
    reason: 'A process in another time zone gets the environment of its parent, but for TZ.',
  },
  {
    rule: 'banned-calls',
    path: 'docker/native/until.ts',
    reason: 'A server does not tell when it can be used: it is asked again, within a bound.',
  },
  {
    rule: 'banned-calls',
    path: 'docker/stack/command.ts',
    about: 'process.env',
    reason: 'A command gets the environment of its parent, and the secrets that its own names.',
  },
  {
    rule: 'banned-calls',
    path: 'test/servers/shared-setup.ts',
    about: 'process.env',
    reason: 'CI demands the servers that a laptop may lack; vitest passes no arguments on.',
  },
  {
    rule: 'names',
    path: 'bench/peers/kafka-streams/src/',
    reason: "Java's classes, Avro's records and Maven's folders are called as their tools demand.",
  },
  {
    rule: 'banned-calls',
    path: 'query/page/browser/clock.ts',
    reason: 'The clock of the live page in a browser: when it asks again, and draws.',
  },
  {
    rule: 'banned-calls',
    path: 'bench/peers/bare-kafkajs/loop.mjs',
    about: 'Date.now',
    reason: 'A peer commits by the clock; it is no part of the engine.',
  },
  {
    rule: 'banned-calls',
    path: 'bench/kafka/idle.ts',
    about: 'setTimeout',
    reason: 'What an idle process takes is measured over a while in which nothing happens.',
  },
  {
    rule: 'banned-calls',
    path: 'bench/',
    about: 'performance.now',
    reason: 'A bench measures time.',
  },
]

/** What `rule` finds that no exception excuses, and the exceptions for it that excuse nothing. */
export function withExceptions(
  rule: Rule,
  found: readonly Problem[],
  table: readonly Exception[] = exceptions,
): readonly Problem[] {
  const own = table.filter((exception) => exception.rule === rule.name)
  const stale = own.filter((exception) => !found.some((problem) => excuses(exception, problem)))
  return [
    ...found.filter((problem) => !own.some((exception) => excuses(exception, problem))),
    ...stale.map((exception) => ({
      path: 'test/tidy/exceptions.ts',
      line: 1,
      message: `the exception for "${exception.path}" from ${rule.name} excuses nothing`,
      repair: 'delete it',
    })),
  ]
}

function excuses(exception: Exception, problem: Problem): boolean {
  const here = exception.path.endsWith('/')
    ? problem.path.startsWith(exception.path)
    : problem.path === exception.path
  return here && (exception.about === undefined || exception.about === problem.about)
}
