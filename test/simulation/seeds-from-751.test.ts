// Seeds 751 to 1000 of the thousand that `npm test` runs.
import { testSeeds } from './run-seeds.ts'

testSeeds(751, 1000)
