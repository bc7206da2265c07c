// Everything that a topology can name, assembled: the one place that knows all operators,
// functions, schemas and kinds of sinks.
import { binanceStreams } from '../connectors/binance/market-streams.ts'
import { operators } from '../operators/index.ts'
import { statefulFunctions } from '../operators/functions/index.ts'
import { builtInSchemas } from '../schemas/built-in.ts'
import { sinks } from '../sinks/index.ts'
import type { Catalogue } from '../topology/signature.ts'

export const catalogue: Catalogue = {
  operators,
  functions: statefulFunctions,
  schemas: builtInSchemas,
  connectors: new Map([['binance', binanceStreams]]),
  sinks,
}
