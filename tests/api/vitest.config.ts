import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Every file brings its own companies and people, so files may run side by side and in any order.
    maxWorkers: 2,
    sequence: { shuffle: true },
  },
})
