import { expect, test } from 'vitest'
import { createPlaceReader } from './source-place.ts'

test.each([
  ['ticks.csv:17', { file: 'ticks.csv', line: 17 }],
  ['ticks.avro:record 204', { file: 'ticks.avro', line: 204 }],
  ['a:b.csv:1', { file: 'a:b.csv', line: 1 }],
  ['2014.csv:9007199254740991', { file: '2014.csv', line: 9007199254740991 }],
  ['quotes', undefined],
  ['quotes[3]', undefined],
  ['12', undefined],
  [':12', undefined],
  ['', undefined],
])('reads the place %s', (place, expected) => {
  expect(createPlaceReader()(place)).toEqual(expected)
})

test('keeps the files of places apart that follow each other', () => {
  const read = createPlaceReader()
  const seen = ['a.csv:1', 'a.csv:2', 'b.csv:1', 'b.csv.gz:1', 'b.csv:2'].map((place) => {
    const { file, line } = read(place) ?? { file: '', line: 0 }
    return `${file} ${line}`
  })
  expect(seen).toEqual(['a.csv 1', 'a.csv 2', 'b.csv 1', 'b.csv.gz 1', 'b.csv 2'])
})
