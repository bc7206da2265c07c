import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { describeWith } from '../../test/servers/shared-servers.ts'
import { programOf } from '../native/program.ts'
import { prometheus } from '../native/prometheus.ts'

const promtool = (...words: readonly string[]) => {
  const program = programOf({ command: 'promtool', debian: 'prometheus' })
  return promisify(execFile)(program, words, { cwd: import.meta.dirname })
}

const read = (name: string): unknown => parse(readFileSync(join(import.meta.dirname, name), 'utf8'))

interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string }[] }[]
}

interface RuleTests {
  readonly tests: readonly {
    readonly alert_rule_test: readonly {
      readonly alertname: string
      readonly exp_alerts?: readonly unknown[]
    }[]
  }[]
}

describeWith([prometheus], 'the alert rules', () => {
  test('are sound, and so is the configuration that names them', async () => {
    expect((await promtool('check', 'config', 'prometheus.yaml')).stdout).toMatch(/1 rule files/)
    expect((await promtool('check', 'rules', 'rules.yaml')).stdout).toMatch(/SUCCESS: \d+ rules/)
  })

  test('fire where they must, and nowhere else', async () => {
    expect((await promtool('test', 'rules', 'rules.test.yaml')).stdout).toContain('SUCCESS')
  })

  test('are each seen firing', () => {
    const { groups } = read('rules.yaml') as Rules
    const { tests } = read('rules.test.yaml') as RuleTests
    const firing = tests
      .flatMap(({ alert_rule_test }) => alert_rule_test)
      .filter(({ exp_alerts = [] }) => exp_alerts.length > 0)
      .map(({ alertname }) => alertname)
    const alerts = groups.flatMap(({ rules }) => rules.map(({ alert }) => alert))
    expect(firing.toSorted()).toEqual(alerts.toSorted())
  })
})
