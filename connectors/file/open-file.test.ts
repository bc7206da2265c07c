import { mkdirSync, truncateSync } from 'node:fs'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import {
  collect,
  collectText,
  quotes,
  temporaryFolder,
  writeTemporary,
} from './collect.test-data.ts'
import type { InputItem } from './input-record.ts'
import { readBytes } from './open-file.ts'
import { readRecords } from './read-records.ts'

const text = 'symbol,bid,size,time\nA,1.5,,1398902400292\n'

const twoMembers = Buffer.concat([brotliCompressSync(text), brotliCompressSync(text)])

test.each([
  ['ticks.csv.gz', gzipSync(text)],
  ['ticks.CSV.GZ', gzipSync(text)],
  ['packed without saying so.csv', gzipSync(text)],
  ['ticks.csv.br', brotliCompressSync(text)],
  ['gzip after all.csv.br', gzipSync(text)],
  ['in two members.csv.gz', Buffer.concat([gzipSync(text.slice(0, 30)), gzipSync(text.slice(30))])],
])('unpacks %s', async (name, bytes) => {
  expect((await collectText(name, bytes)).items).toMatchObject([{ kind: 'record' }])
})

test.each([
  ['ticks.txt', text, 'file-format-unknown', 'ends in none of .csv, .jsonl, .ndjson, .avro'],
  ['ticks', text, 'file-format-unknown', 'rename it'],
  ['ticks.gz', gzipSync(text), 'file-format-unknown', 'rename it'],
  ['ticks.csv', '', 'file-empty', 'it is empty, without even a header'],
  ['ticks.csv.gz', '', 'file-damaged', 'it is empty, which no .gz file is'],
  ['ticks.csv.gz', gzipSync(''), 'file-empty', 'it is empty'],
  ['ticks.csv.gz', text, 'file-damaged', 'does not start as gzip does'],
  ['ticks.csv.gz', gzipSync(text).subarray(0, -12), 'file-damaged', 'ends too early'],
  ['ticks.csv.br', brotliCompressSync(text).subarray(0, -4), 'file-damaged', 'ends too early'],
  ['ticks.csv.br', '', 'file-damaged', 'ends too early'],
  ['ticks.csv.br', text, 'file-damaged', 'packed data is damaged'],
  ['ticks.csv.br', twoMembers, 'file-damaged', 'more stands behind the end'],
  ['ticks.csv', Buffer.from(`\uFEFF${text}`, 'utf16le'), 'file-encoding', 'save it as UTF-8'],
  ['ticks.csv', `sym"bol,bid\n`, 'file-damaged', 'its header cannot be read'],
  ['ticks.avro', '', 'file-empty', 'it is empty'],
  ['ticks.avro', text, 'file-damaged', 'does not start as an Avro object container file'],
])('refuses %s with %s', async (name, content, code, sentence) => {
  await expect(collectText(name, content)).rejects.toMatchObject({
    name: 'EngineError',
    code,
    retryable: false,
    message: expect.stringContaining(sentence) as string,
  })
})

test('refuses a file that is not there, and a folder', async () => {
  const folder = temporaryFolder()
  await expect(collect(`${folder}/none.csv`)).rejects.toMatchObject({
    code: 'file-missing',
    coordinates: { file: `${folder}/none.csv` },
  })
  await expect(collect(`${writeTemporary('a.csv', text)}/b.csv`)).rejects.toMatchObject({
    code: 'file-unreadable',
  })
  const named = `${folder}/x.csv`
  await expect(collect(folder)).rejects.toMatchObject({ code: 'file-format-unknown' })
  mkdirSync(named)
  await expect(collect(named)).rejects.toMatchObject({ code: 'file-not-a-file' })
})

test('hands on the records before the damage', async () => {
  const rows = Array.from({ length: 200_000 }, (_, row) => `A,${row / 7},,${1398902400 + row}\n`)
  const path = writeTemporary('ticks.csv.gz', gzipSync(text + rows.join('')))
  const whole = (await collect(path)).items.length
  truncateSync(path, 600_000)
  let read = 0
  const reading = async (): Promise<void> => {
    for await (const items of readRecords(path, quotes)) read += items.length
  }
  await expect(reading()).rejects.toMatchObject({ code: 'file-damaged' })
  expect(read).toBeGreaterThan(0)
  expect(read).toBeLessThan(whole)
})

test('stays in bounded memory however far a packed file unfolds', async () => {
  const bomb = gzipSync(Buffer.alloc(300 << 20, 0x20), { level: 9 })
  expect(bomb.length).toBeLessThan(400_000)
  const path = writeTemporary('bomb.jsonl.gz', bomb)
  let most = 0
  const before = process.memoryUsage().arrayBuffers
  const items: InputItem[] = []
  for await (const chunk of readBytes(path)) {
    most = Math.max(most, process.memoryUsage().arrayBuffers - before)
    expect(chunk.length).toBeLessThanOrEqual(1 << 18)
  }
  for await (const batch of readRecords(path, quotes)) {
    most = Math.max(most, process.memoryUsage().arrayBuffers - before)
    items.push(...batch)
  }
  expect(items).toMatchObject([{ kind: 'bad' }])
  expect(most).toBeLessThan(150 << 20)
})

test('stops reading when nobody asks for more', async () => {
  const rows = `A,1,,1398902400\n`.repeat(100_000)
  const path = writeTemporary('ticks.csv.gz', gzipSync(text + rows))
  for await (const items of readRecords(path, quotes)) {
    expect(items.length).toBeGreaterThan(0)
    break
  }
})
