import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

// Tests run on the sources: workspace packages resolve to `src`, in this process and in the processes it starts.
const SOURCE = '@isolated-runtime/source'

export default defineConfig({
  resolve: { conditions: [SOURCE] },
  ssr: { resolve: { conditions: [SOURCE], externalConditions: [SOURCE] } },
  test: {
    include: [
      '{packages,services}/*/{src,attacks,differential}/**/*.test.ts',
      '{examples,benchmarks,scripts}/**/*.test.ts',
      'deploy/{chart,images}/*.test.ts',
    ],
    globalSetup: 'packages/sandbox/programs/for-tests.js',
    pool: 'forks',
    // Tests wait for processes and Redis most of the time: two at a time also where there are two processors.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    execArgv: [`--conditions=${SOURCE}`],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    sequence: { shuffle: { tests: true } },
    onConsoleLog: () => {
      throw new Error('A test printed to the console')
    },
  },
})
