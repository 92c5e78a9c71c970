/** Tells the person at the terminal what is going on; standard output is left to results. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
