// Messages as Binance sends them, one of each kind, for tests to take as they are or to spoil.

export type Message = Readonly<Record<string, unknown>>

export const futuresTrade: Message = {
  e: 'trade',
  E: 1723161256344,
  T: 1723161256322,
  s: 'BTCUSDT',
  t: 5266583935,
  p: '61800.30',
  q: '0.006',
  X: 'MARKET',
  m: false,
}

export const spotTrade: Message = {
  e: 'trade',
  E: 1723161255343,
  s: 'BTCUSDT',
  t: 3735683259,
  p: '61837.63000000',
  q: '0.02000000',
  T: 1723161255342,
  m: true,
  M: true,
}

export const futuresTicker: Message = {
  e: 'bookTicker',
  u: 5123107839020,
  s: 'BTCUSDT',
  b: '61800.20',
  B: '2.507',
  a: '61800.30',
  A: '2.510',
  T: 1723161256313,
  E: 1723161256314,
}

export const spotTicker: Message = {
  u: 50093239212,
  s: 'BTCUSDT',
  b: '61837.63000000',
  B: '3.78826000',
  a: '61837.64000000',
  A: '1.54698000',
}

export const futuresDepth: Message = {
  e: 'depthUpdate',
  E: 1723161256299,
  T: 1723161256298,
  s: 'BTCUSDT',
  U: 5123107832006,
  u: 5123107837557,
  pu: 5123107831937,
  b: [
    ['58710.20', '0.014'],
    ['61510.90', '0.000'],
  ],
  a: [['61800.30', '3.330']],
}

export const spotDepth: Message = {
  e: 'depthUpdate',
  E: 1723161255208,
  s: 'BTCUSDT',
  U: 50093239189,
  u: 50093239202,
  b: [['61737.63000000', '0.00000000']],
  a: [],
}

export const futuresSnapshot: Message = {
  lastUpdateId: 5123107852948,
  E: 1723161256501,
  T: 1723161256493,
  bids: [
    ['61800.20', '2.909'],
    ['61800.10', '0.696'],
  ],
  asks: [['61800.30', '4.000']],
}

export const spotSnapshot: Message = {
  lastUpdateId: 50093239218,
  bids: [['61837.63000000', '3.78826000']],
  asks: [['61837.64000000', '1.54698000']],
}

export function inStream(stream: string, data: unknown): Message {
  return { stream, data }
}

/** A line of a capture, received at so many nanoseconds. */
export function line(nanos: bigint, message: unknown): string {
  return `${nanos} ${JSON.stringify(message)}\n`
}
