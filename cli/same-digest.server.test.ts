import { execFile } from 'node:child_process'
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { createMemoryBroker } from '../connectors/memory/memory-broker.ts'
import { kafka } from '../docker/native/kafka.ts'
import { registry } from '../docker/native/registry.ts'
import { operators } from '../operators/index.ts'
import type { RunResult } from '../runtime/reference/history.ts'
import { readResults } from '../runtime/results/read-results.ts'
import { runHistory } from '../runtime/run-history.ts'
import { inputsOf } from '../test/kill/history.ts'
import { holdResults, runUndisturbed } from '../test/kill/undisturbed.ts'
import { describeWith, sharedKafka, sharedRegistry } from '../test/servers/shared-servers.ts'
import { firstDifference } from '../test/simulation/compare.ts'
import { Feed } from '../test/story/feed.ts'
import { openStoryLog, type Story, writeStory } from '../test/story/story.ts'
import { millrace } from './log-commands.test-data.ts'

const SLICES = 50
const WITHIN_MS = 240_000

/** A story of a repartition, a join, windows and state, fed to topics of its own. */
async function fedStory(): Promise<Story> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-digest-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const servers = { bootstrap: await sharedKafka(), registry: await sharedRegistry() }
  const story = writeStory({ name: 'digest', seed: 11, slices: SLICES, servers, folder })
  appendFileSync(story.environment, '  compression: lz4\n')
  const log = await openStoryLog(servers)
  try {
    await log.createTopics(story.layout.topics)
    const feed = new Feed(story, log)
    await feed.rest()
    await feed.close()
  } finally {
    await log.close()
  }
  return story
}

function words(story: Story, ...more: readonly string[]): readonly string[] {
  const log = ['--log', `kafka:${story.servers.bootstrap}`, '--env', story.environment]
  return [story.file, ...log, ...more]
}

function running(story: Story, everyMs: number, ...more: readonly string[]): readonly string[] {
  const pace = ['--commit-every', String(everyMs), '--commit-records', '300']
  return ['run', ...words(story, '--until-idle', '--json', ...pace, ...more)]
}

/** One run in this process; what it printed. */
async function runHere(args: readonly string[]): Promise<string> {
  const { code, out, err } = await millrace(args)
  expect({ code, err }).toMatchObject({ code: 0 })
  return out
}

/** So many processes at once; what the last of them printed. */
async function runProcesses(count: number, args: readonly string[]): Promise<string> {
  const main = join(import.meta.dirname, 'main.ts')
  const outputs: string[] = []
  const run = async (): Promise<void> => {
    const { stdout } = await promisify(execFile)(process.execPath, [main, ...args])
    outputs.push(stdout)
  }
  await Promise.all(Array.from({ length: count }, run))
  return outputs.at(-1) ?? ''
}

/** Holds what the log has now against the reference. */
async function hold(story: Story, expected: RunResult, summary: string): Promise<void> {
  const log = await openStoryLog(story.servers)
  try {
    const found = await readResults(story.layout, log)
    holdResults(story.layout.plan, expected, { found, summary })
  } finally {
    await log.close()
  }
}

/** For the next run. */
async function setBack(story: Story): Promise<void> {
  await runHere(['rewind', ...words(story, '--clear-outputs', '--clear-dead-letters')])
}

describeWith([kafka, registry], 'a topology on every log', () => {
  test('gives the same outputs and dead letters', { timeout: WITHIN_MS }, async () => {
    const story = await fedStory()
    const { folder, history, layout } = story
    const expected = await runUndisturbed(layout.plan, history, join(folder, 'embedded'))
    expect(expected.deadLetters.length).toBeGreaterThan(100)
    const inputs = inputsOf(history)
    const memory = createMemoryBroker().connect()
    const found = await runHistory({ plan: layout.plan, operators, inputs, log: memory })
    expect(firstDifference(layout.plan, expected, found)).toBeUndefined()
    await hold(story, expected, await runHere(running(story, 5)))
    await setBack(story)
    await hold(story, expected, await runHere(running(story, 50, '--workers', '2')))
    await setBack(story)
    await hold(story, expected, await runProcesses(3, running(story, 500)))
  })
})
