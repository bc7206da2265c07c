import { defineConfig } from 'vitest/config'

const elsewhere = ['**/node_modules/**', 'dist/**', 'out/**', '**/*.soak.test.ts']
const withServers = '**/*.server.test.ts'

export default defineConfig({
  test: {
    reporters: ['default', './test/closing-line.ts'],
    testTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'plain',
          include: ['**/*.test.ts'],
          exclude: [...elsewhere, withServers],
        },
      },
      {
        // Real servers: after the others, one file at a time, on one broker that they share.
        extends: true,
        test: {
          name: 'servers',
          include: [withServers],
          exclude: elsewhere,
          globalSetup: './test/servers/shared-setup.ts',
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
