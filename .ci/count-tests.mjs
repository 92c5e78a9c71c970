// Prints how many tests passed and failed, from the report of vitest's JSON reporter.
import { readFileSync } from 'node:fs'

const [file] = process.argv.slice(2)
const report = JSON.parse(readFileSync(file, 'utf8'))

// A file that does not even load has no test to its name.
const unloaded = report.testResults.filter(
  (suite) => suite.status === 'failed' && suite.assertionResults.length === 0,
)
const failed = report.numFailedTests + unloaded.length

process.stdout.write(`vitest: ${report.numPassedTests} passed, ${failed} failed\n`)
if (failed > 0 || report.numPassedTests === 0) process.exitCode = 1
