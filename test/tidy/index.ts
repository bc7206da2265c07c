// The list of house rules, in the order in which STYLE.md explains them.
import { bannedCalls } from './banned-calls.ts'
import { companions } from './companions.ts'
import { deadExports } from './dead-exports.ts'
import { deadFiles } from './dead-files.ts'
import { folderOrder } from './folder-order.ts'
import { importCycles } from './import-cycles.ts'
import { machinePaths } from './machine-paths.ts'
import { moduleHomes } from './module-homes.ts'
import { names } from './names.ts'
import { openingComment } from './opening-comment.ts'
import type { Rule } from './rule.ts'
import { silencedMistakes } from './silenced-mistakes.ts'
import { fileSizes, functionSizes, lineWidths } from './sizes.ts'

export const rules: readonly Rule[] = [
  folderOrder,
  importCycles,
  moduleHomes,
  fileSizes,
  functionSizes,
  lineWidths,
  names,
  openingComment,
  companions,
  bannedCalls,
  silencedMistakes,
  deadFiles,
  deadExports,
  machinePaths,
]
