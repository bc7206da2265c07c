import { describeLog } from '../contract/log-contract.ts'
import { createMemoryBroker } from './memory-broker.ts'

describeLog('the memory log', () => {
  const broker = createMemoryBroker()
  return Promise.resolve({
    connect: () => Promise.resolve(broker.connect()),
    close: () => Promise.resolve(),
  })
})
