import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { dashboardFiles } from './dashboard-files.ts'
import { panelsOf, readDashboards } from './read-dashboards.test-data.ts'

const read = (...path: readonly string[]) =>
  readFileSync(join(import.meta.dirname, ...path), 'utf8')

test('the files are what `npm run dashboards` writes', () => {
  expect(readdirSync(join(import.meta.dirname, 'json')).sort()).toEqual(
    [...dashboardFiles().keys()].sort(),
  )
  for (const [name, text] of dashboardFiles()) expect(read('json', name), name).toBe(text)
})

test('no metric is asked for that operating.md does not explain', () => {
  const operating = read('..', '..', 'docs', 'operating.md')
  const asked = [read('json', 'engine-health.json'), read('..', 'prometheus', 'rules.yaml')]
  const names = asked.flatMap((text) => text.match(/\bmillrace_\w+/g) ?? [])
  expect(names.length).toBeGreaterThan(20)
  const unexplained = names
    .map((name) => name.replace(/_(bucket|sum|count)$/, ''))
    .filter((name) => !operating.includes(`\`${name}\``))
  expect([...new Set(unexplained)]).toEqual([])
})

describe.each(readDashboards().map((each) => [each.title, each] as const))('%s', (_, board) => {
  const panels = panelsOf(board)

  test('says what each panel shows, and in which unit', () => {
    for (const { title, description, fieldConfig, targets } of panels) {
      expect(title).toBeTruthy()
      expect(description, title).toMatch(/\.$/)
      expect(fieldConfig.defaults.unit, title).toBeTruthy()
      expect(targets.length, title).toBeGreaterThan(0)
    }
  })

  test('has panels that lie side by side in 24 columns, none on another', () => {
    const taken = new Set<string>()
    for (const { title, gridPos } of board.panels) {
      const { x, y, w, h } = gridPos
      expect(x + w, title).toBeLessThanOrEqual(24)
      for (let row = y; row < y + h; row += 1) {
        for (let column = x; column < x + w; column += 1) {
          const cell = `${row}:${column}`
          expect(taken.has(cell), title).toBe(false)
          taken.add(cell)
        }
      }
    }
  })

  test('has ids of its own for its panels, and links to the others', () => {
    const ids = board.panels.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(board.links).toMatchObject([{ tags: ['millrace'], keepTime: true, includeVars: true }])
    expect(board.tags).toEqual(['millrace'])
  })
})
