/** What a person can do while everything is up. */
export function nextSteps(redisUrl: string, example: string): string {
  // The Node.js among the dependencies is not on the PATH of another terminal.
  const node = process.execPath.includes('node_modules') ? 'npx node' : 'node'
  return `
Everything is up. In another terminal:
  REDIS_URL=${redisUrl} ${node} ${example}    runs the example again
Ctrl-C stops it.`
}
