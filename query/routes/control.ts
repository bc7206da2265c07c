// POST /api/v1/control: a command to the desk, as a record of the control topic: it is on the log,
// so a replay obeys it again. The answer comes when it is committed, and says where it stands.
import type { FastifyRequest } from 'fastify'
import type { Log } from '../../connectors/connector.ts'
import { EVERY_ACCOUNT } from '../../operators/every-account.ts'
import {
  appendCommand,
  type AppendedCommand,
  type Command,
  CommandProblem,
  type Word,
} from '../../runtime/control/append-command.ts'
import { findControlTopic } from '../../runtime/control/control-topic.ts'
import { unknownAccount } from '../../runtime/control/known-accounts.ts'
import { EngineError } from '../../topology/engine-error.ts'
import type { PlannedTopic } from '../../topology/plan.ts'
import { Problem } from '../problem.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { answers, type AddRoute, type Api, assertWritable } from './route.ts'

const WORDS: readonly Word[] = ['halt', 'resume', 'flatten', 'reset']
const MOST_LENGTH = 1_000
/** Another process may give a command at the same moment; nothing of a fenced one was written. */
const MOST_TRIES = 5

interface Asked {
  readonly command: Word
  /** Null says what the record says by it, and `account` follows suit: all. */
  readonly account?: string | null
  readonly symbol?: string | null
  readonly by?: string | null
}

export const addControl: AddRoute = (server, api) => {
  const inTurn = oneAtATime()
  server.post(
    '/api/v1/control',
    {
      config: { role: 'trader' },
      schema: {
        tags: ['control'],
        summary: 'Halts, resumes, flattens or resets a desk',
        body: BODY,
        response: answers({ type: 'object', properties: ANSWER }),
      },
    },
    ({ body, caller }: FastifyRequest<{ Body: Asked }>) => {
      assertWritable(api)
      const { topic, problem } = findControlTopic(api.layout.plan)
      if (problem !== undefined) throw new Problem('control-unknown', problem)
      const command = commandOf(body, caller?.name, api.present())
      return inTurn(() => give(api, topic, command))
    },
  )
}

/** @throws Problem `bad-request`. */
function commandOf(asked: Asked, caller: string | undefined, time: number): Command {
  const { command, symbol = null, by } = asked
  const account = asked.account ?? EVERY_ACCOUNT
  // A command to nobody must not look as if it were one to all.
  for (const [field, text] of Object.entries({ account, symbol })) {
    if (text?.trim() !== '') continue
    throw new Problem('bad-request', `"${field}" is blank, so it names none; leave it out for all`)
  }
  if (command === 'reset' && symbol !== null) {
    throw new Problem('bad-request', 'a latch is the account’s: leave "symbol" out of a reset')
  }
  // Whatever a caller says of itself, the record says also who it was.
  const names = [by, caller].flatMap((name) => name ?? [])
  return { command, account, symbol, time, by: names.length > 0 ? names.join(', ') : null }
}

async function give({ log, layout }: Api, topic: PlannedTopic, command: Command) {
  const { partition, next } = await append(log, topic, command)
  // A log that does not tell has one process that writes, so the command stands at its end.
  const [bounds] = next === undefined ? await log.bounds([{ topic: topic.topic, partition }]) : []
  const { account } = command
  const warning =
    account === EVERY_ACCOUNT ? undefined : await unknownAccount(layout.plan, log, account)
  return {
    ...command,
    topic: topic.topic,
    partition,
    position: `${topic.topic}/${partition}@${next ?? bounds?.stable ?? 0}`,
    warning: warning ?? null,
  }
}

/** @throws Problem `control-unknown`; EngineError of the log. */
async function append(log: Log, topic: PlannedTopic, command: Command): Promise<AppendedCommand> {
  for (let tries = 1; ; tries += 1) {
    const producer = await log.producer(`control-${topic.topic}`)
    try {
      return await appendCommand(producer, topic, command)
    } catch (error) {
      if (error instanceof CommandProblem) throw new Problem('control-unknown', error.message)
      const isFenced = error instanceof EngineError && error.code === 'fenced'
      if (!isFenced || tries === MOST_TRIES) throw error
    } finally {
      await producer.close()
    }
  }
}

/** What is null stays null: as an empty text it would be the name of something. */
const TEXT = { type: ['string', 'null'], maxLength: MOST_LENGTH }
const BODY = {
  type: 'object',
  properties: {
    command: { enum: WORDS },
    account: { ...TEXT, description: 'Left out: all.' },
    symbol: { ...TEXT, description: 'Left out: all.' },
    by: { ...TEXT, description: 'Who gives it, for the record.' },
  },
  required: ['command'],
  additionalProperties: false,
}
const ANSWER = {
  command: { enum: WORDS },
  account: { type: 'string' },
  symbol: { type: ['string', 'null'] },
  time: { type: 'integer' },
  by: { type: ['string', 'null'] },
  topic: { type: 'string' },
  partition: { type: 'integer' },
  position: {
    type: 'string',
    description: 'As `min_position` of a store: an answer in which the command is obeyed.',
  },
  warning: { type: ['string', 'null'], description: 'Where no table has the account.' },
}
