import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PlacedStore, Store, WindowStore } from '../../operators/operator.ts'
import { DOUBLE } from '../../schemas/type.ts'
import type { StoreType } from '../../topology/signature.ts'
import { ReferenceStore } from '../reference/stores.ts'
import { entryPrefix } from './state-keys.ts'
import { openStore } from './open-store.ts'
import { entryCodec, keepByClock } from './stored-entry.ts'
import type { EntrySource, TaskStore } from './task-store.ts'

// Both kinds of stores, the engine's and the reference's, against a list that is searched.

type At = string | number

interface Count {
  n: number
}

interface Line {
  readonly key: string
  readonly at: At
  entry: Count
  edited: number
}

/** What is done to a store, each at a clock. */
type Doing =
  | { readonly kind: 'tick'; readonly by: number }
  | { readonly kind: 'get' | 'edit' | 'delete'; readonly key: string; readonly at: At }
  | {
      readonly kind: 'entries'
      readonly key: string
      readonly from: At | undefined
      readonly to: At | undefined
    }
  | { readonly kind: 'last'; readonly key: string; readonly at: number | undefined }
  | { readonly kind: 'commit' | 'restart' | 'lose' }

interface Subject {
  readonly face: () => object
  readonly commit: () => void
  /** Comes back as it was committed. */
  readonly restart: () => void
  readonly contents: () => ReadonlyMap<string, unknown>
}

const clock = { now: 0 }
const now = (): number => clock.now
const HASH = '0123456789abcdef'

function typeOf(kind: NonNullable<StoreType['kind']>, keep: number | undefined): StoreType {
  const fields = [{ name: 'n', type: DOUBLE }]
  const entry = { kind: 'record', name: 'test.Count', fields } as const
  return { key: ['k'], entry, kind, ...(keep !== undefined && { keep }) }
}

/** When an entry has left the log, if few go at once: the clock is cut into sixteenths. */
function leavesAt(edited: number, keep: number): number {
  const slice = Math.max(1, Math.ceil(keep / 16))
  return (Math.floor(edited / slice) + 1) * slice + keep
}

/** The engine's store over committed names, in a table or as a changelog has them. */
function engine(type: StoreType, canReadAgain: boolean, limit: number) {
  const committed = new Map<string, Uint8Array>()
  const reopen = (): TaskStore => {
    const from = canReadAgain ? committed : new Map(committed)
    const take = (name: string): void => {
      if (!canReadAgain) from.delete(name)
    }
    const source: EntrySource = {
      canReadAgain,
      read: (name) => {
        const bytes = from.get(name)
        take(name)
        return bytes
      },
      entries: (prefix) => {
        const found = [...from].filter(([name]) => name.startsWith(prefix))
        for (const [name] of found) take(name)
        return found
      },
    }
    return openStore({ type, stateHash: HASH, name: 'seen' }, { source, limit, now })
  }
  let store = reopen()
  const commit = (): readonly string[] => {
    const names: string[] = []
    store.takeChanges((name, bytes) => {
      names.push(name)
      if (bytes === null) committed.delete(name)
      else committed.set(name, bytes)
    })
    store.letGo()
    return names
  }
  const subject: Subject = {
    face: () => store.face,
    commit: () => void commit(),
    restart: () => void (store = reopen()),
    contents: () => {
      commit()
      const prefix = entryPrefix(HASH, 'seen')
      const keep = keepByClock(type)
      const entries = [...committed].filter(([name]) => name.startsWith(prefix))
      return new Map(
        entries.flatMap(([name, bytes]): [string, unknown][] => {
          const stored = entryCodec(type).decode(bytes)
          if (keep !== undefined) expect(clock.now).toBeLessThan(leavesAt(stored.edited, keep))
          if (keep !== undefined && clock.now > stored.edited + keep) return []
          return [[name.slice(prefix.length), keep === undefined ? stored.entry : stored]]
        }),
      )
    },
  }
  return { subject, commit, committed, store: () => store }
}

function reference(type: StoreType): Subject {
  const store = new ReferenceStore(type, now)
  return {
    face: () => store.face,
    commit: () => store.keep(),
    restart: () => store.crash(),
    contents: () => new Map(store.entries()),
  }
}

const before = (a: At, b: At): number => (a < b ? -1 : a > b ? 1 : 0)

/** The same as a list. */
class Model {
  readonly #type: StoreType
  #lines: Line[] = []
  #committed: { readonly lines: Line[]; readonly now: number } = { lines: [], now: 0 }

  constructor(type: StoreType) {
    this.#type = type
  }

  /** What a step can see of a key, in order. */
  of(key: string): readonly Line[] {
    const keep = keepByClock(this.#type) ?? Number.POSITIVE_INFINITY
    return this.#lines
      .filter((line) => line.key === key && clock.now <= line.edited + keep)
      .sort((a, b) => before(a.at, b.at))
  }

  find(key: string, at: At): Line | undefined {
    return this.of(key).find((line) => line.at === at)
  }

  edit(key: string, at: At): number {
    const known = this.find(key, at)
    const line = known ?? { key, at, entry: { n: 0 }, edited: 0 }
    if (!known) {
      this.#without(key, at)
      this.#lines.push(line)
    }
    line.edited = clock.now
    line.entry = { n: line.entry.n + 1 }
    const { kind, keep = Infinity } = this.#type
    if (kind === 'window' && !known) {
      const greatest = Math.max(...this.of(key).map((each) => Number(each.at)))
      this.#lines = this.#lines.filter((e) => e.key !== key || Number(e.at) >= greatest - keep)
    }
    return line.entry.n
  }

  delete(key: string, at: At): void {
    if (this.find(key, at)) this.#without(key, at)
  }

  commit(): void {
    this.#committed = { lines: structuredClone(this.#lines), now: clock.now }
  }

  lose(): void {
    this.#lines = structuredClone(this.#committed.lines)
    clock.now = this.#committed.now
  }

  contents(): ReadonlyMap<string, unknown> {
    const isStamped = keepByClock(this.#type) !== undefined
    const keys = [...new Set(this.#lines.map(({ key }) => key))]
    return new Map(
      keys
        .flatMap((key) => this.of(key))
        .map(({ key, at, entry, edited }) => {
          const name = this.#type.kind === 'value' ? key : JSON.stringify([key, at])
          return [name, isStamped ? { edited, entry } : entry]
        }),
    )
  }

  #without(key: string, at: At): void {
    this.#lines = this.#lines.filter((line) => line.key !== key || line.at !== at)
  }
}

/** What a step is told by one doing, of the store and of the list. */
function told(face: object, model: Model, doing: Doing, isValue: boolean): [unknown, unknown] {
  const value = face as Store<Count>
  const placed = face as PlacedStore<At, Count>
  if (doing.kind === 'get') {
    const { key, at } = doing
    return [isValue ? value.get(key) : placed.get(key, at), model.find(key, at)?.entry]
  }
  if (doing.kind === 'edit') {
    const { key, at } = doing
    const start = (): Count => ({ n: 0 })
    const entry = isValue ? value.edit(key, start) : placed.edit(key, at, start)
    entry.n += 1
    return [entry.n, model.edit(key, at)]
  }
  if (doing.kind === 'delete') {
    if (isValue) value.delete(doing.key)
    else placed.delete(doing.key, doing.at)
    model.delete(doing.key, doing.at)
  } else if (doing.kind === 'entries' && !isValue) {
    const { key, from, to } = doing
    const wanted = model
      .of(key)
      .filter(({ at }) => (from === undefined || at >= from) && (to === undefined || at < to))
    return [[...placed.entries(key, from, to)], wanted.map(({ at, entry }) => [at, entry])]
  } else if (doing.kind === 'last' && 'last' in face) {
    const { key, at: atMost = Infinity } = doing
    const found = model.of(key).findLast(({ at }) => Number(at) <= atMost)
    const last = (face as WindowStore<Count>).last(key, doing.at)
    return [last, found && [found.at, found.entry]]
  }
  return [undefined, undefined]
}

function run(subject: Subject, type: StoreType, doings: readonly Doing[]): void {
  clock.now = 0
  const model = new Model(type)
  for (const doing of doings) {
    if (doing.kind === 'tick') clock.now += doing.by
    if (doing.kind === 'commit' || doing.kind === 'restart') {
      subject.commit()
      model.commit()
    }
    if (doing.kind === 'restart') subject.restart()
    if (doing.kind === 'lose') {
      subject.restart()
      model.lose()
    }
    const [found, wanted] = told(subject.face(), model, doing, type.kind === 'value')
    expect(found).toEqual(wanted)
  }
  expect(subject.contents()).toEqual(model.contents())
}

/** Keys that begin alike, or look like what names are made of. */
const KEYS = ['', 'A', 'AB', 'A,', '["A",', '"A"', '\\', '/1/', '\u0000', 'é', '\u{1f600}', '0/A']

function doings(type: StoreType, more: readonly ('lose' | 'commit')[]) {
  const { kind } = type
  const key = fc.oneof(fc.constantFrom(...KEYS.slice(0, 3)), fc.constantFrom(...KEYS))
  const text = fc.constantFrom('', 'a', 'B', 'ab', '10', '9', '\uffff', '\u{1f600}', '"]', ',')
  const number = fc.oneof(
    fc.integer({ min: -3, max: 30 }),
    fc.constantFrom(-0, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER),
  )
  const at: fc.Arbitrary<At> =
    kind === 'value' ? fc.constant('') : kind === 'map' ? text : number.map((each) => each + 0)
  const bound = fc.option(at, { nil: undefined })
  const edit = fc.record({ kind: fc.constant('edit' as const), key, at })
  const any: readonly fc.Arbitrary<Doing>[] = [
    ...[edit, edit, edit, edit],
    fc.record({ kind: fc.constant('tick' as const), by: fc.nat(12) }),
    fc.record({ kind: fc.constantFrom('get' as const, 'delete' as const), key, at }),
    fc.record({ kind: fc.constant('entries' as const), key, from: bound, to: bound }),
    fc.record({
      kind: fc.constant('last' as const),
      key,
      at: fc.option(fc.oneof(number, fc.constant(1.5)), { nil: undefined }),
    }),
    fc.record({ kind: fc.constantFrom('commit' as const, 'restart' as const, ...more) }),
  ]
  return fc.array(fc.oneof(...any), { maxLength: 60 })
}

const TYPES = (['value', 'map', 'window'] as const).flatMap((kind) =>
  [undefined, 0, 10, 40].map((keep) => [kind, keep] as const),
)

test.each(TYPES)('the engine keeps a %s for %s as a list would', (kind, keep) => {
  const type = typeOf(kind, keep)
  const limits = fc.constantFrom(0, 2_000, Infinity)
  fc.assert(
    fc.property(doings(type, ['lose']), fc.boolean(), limits, (all, canReadAgain, limit) => {
      run(engine(type, canReadAgain, limit).subject, type, all)
    }),
  )
})

test.each(TYPES)('the reference keeps a %s for %s as a list would', (kind, keep) => {
  const type = typeOf(kind, keep)
  fc.assert(fc.property(doings(type, []), (all) => run(reference(type), type, all)))
})

test.each([
  ['value', true],
  ['value', false],
  ['map', true],
  ['map', false],
] as const)('nothing is left of a %s whose time has passed', (kind, canReadAgain) => {
  const type = typeOf(kind, 40)
  fc.assert(
    fc.property(doings(type, ['lose']), fc.boolean(), (all, restarts) => {
      const { subject, committed } = engine(type, canReadAgain, 1_000)
      run(subject, type, all)
      if (restarts) subject.restart()
      clock.now = leavesAt(clock.now, 40)
      subject.commit()
      expect([...committed.keys()]).toEqual([])
    }),
  )
})

test('a commit writes the entries that changed, and nothing of those beside them', () => {
  clock.now = 0
  const { commit, store } = engine(typeOf('map', undefined), true, Infinity)
  const face = store().face as PlacedStore<At, Count>
  for (let at = 0; at < 100; at += 1) face.edit('A', `id-${at}`, () => ({ n: at }))
  expect(commit().length).toBe(100)
  face.edit('A', 'id-7', () => ({ n: 0 })).n += 1
  face.delete('A', 'id-9')
  face.get('A', 'id-8')
  const prefix = entryPrefix(HASH, 'seen')
  expect(commit()).toEqual([`${prefix}["A","id-7"]`, `${prefix}["A","id-9"]`])
  expect(commit()).toEqual([])
})

test.each([false, true])('what is edited later does not hold up what is not (%s)', (restarts) => {
  clock.now = 0
  const { subject, committed } = engine(typeOf('map', 160), true, Infinity)
  const edit = (at: string, when: number): void => {
    clock.now = when
    const face = subject.face() as PlacedStore<At, Count>
    face.edit('A', at, () => ({ n: 0 })).n += 1
    subject.commit()
  }
  edit('first', 0)
  edit('second', 20)
  edit('first', 100)
  if (restarts) subject.restart()
  clock.now = leavesAt(20, 160)
  subject.commit()
  const prefix = entryPrefix(HASH, 'seen')
  const names = [...committed.keys()].filter((name) => name.startsWith(prefix))
  expect(names).toEqual([`${prefix}["A","first"]`])
})

test('a key that is edited again and again is noted a few times, not at every edit', () => {
  clock.now = 0
  const { commit, committed, store } = engine(typeOf('map', 1_600), true, Infinity)
  const face = store().face as PlacedStore<At, Count>
  let written = 0
  for (; clock.now < 16_000; clock.now += 10) {
    face.edit('A', 'x', () => ({ n: 0 })).n += 1
    written += commit().filter((name) => name.startsWith('note/')).length
  }
  // A note is made and deleted once in each slice of a sixteenth.
  expect(written).toBeLessThan(2 * 160 + 1)
  expect([...committed.keys()].length).toBeLessThan(20)
  expect(store().bytes).toBeGreaterThan(0)
  clock.now += 1_600 + 100
  commit()
  expect([...committed.keys()]).toEqual([])
  expect(store().bytes).toBe(0)
})

test('many keys whose time has passed go over several commits, faster than new ones come', () => {
  clock.now = 0
  const { commit, committed, store } = engine(typeOf('value', 100), true, Infinity)
  const value = (): Store<Count> => store().face as Store<Count>
  for (let key = 0; key < 5_000; key += 1) value().edit(`old-${key}`, () => ({ n: key }))
  commit()
  clock.now = 1_000
  const left: number[] = []
  for (let round = 0; round < 3; round += 1) {
    for (let key = 0; key < 1_000; key += 1) value().edit(`${round}-${key}`, () => ({ n: key }))
    commit()
    left.push([...committed.keys()].filter((name) => name.includes('old-')).length)
  }
  expect(left).toEqual([6_000, 2_000, 0])
})

test.each(['engine', 'reference'])('the %s refuses what a step must not do', (which) => {
  clock.now = 0
  const [map, window] = [typeOf('map', undefined), typeOf('window', undefined)].map((type) =>
    which === 'engine' ? engine(type, true, 1_000).subject.face() : reference(type).face(),
  ) as [PlacedStore<At, Count>, WindowStore<Count>]
  expect(() => window.edit('A', 1.5, () => ({ n: 0 }))).toThrow('no safe integer')
  for (const at of ['a', 'b', 'c']) map.edit('A', at, () => ({ n: 0 }))
  expect(() => {
    for (const [at] of map.entries('A')) map.delete('A', at)
  }).toThrow('while it was gone through')
  expect(() => {
    for (const [at] of map.entries('A')) map.edit('A', `${at}${at}`, () => ({ n: 0 }))
  }).toThrow('while it was gone through')
  for (const [at] of map.entries('A')) map.edit('A', at, () => ({ n: 0 })).n += 1
  for (const [at] of [...map.entries('A')]) map.delete('A', at)
  expect([...map.entries('A')]).toEqual([])
})
