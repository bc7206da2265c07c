import { expect, test } from 'vitest'
import { Counts } from './counts.ts'

test('counts steps and topics of any name', () => {
  const counts = new Counts()
  for (const name of ['constructor', 'toString', '__proto__']) {
    counts.step(name).records += 1
    counts.input(name).bad += 1
  }
  const again = new Counts()
  again.restore(JSON.parse(JSON.stringify(counts)) as Counts)
  for (const name of ['constructor', 'toString', '__proto__']) {
    expect(again.step(name).records).toBe(1)
    expect(again.input(name)).toEqual({ records: 0, bad: 1 })
  }
})
