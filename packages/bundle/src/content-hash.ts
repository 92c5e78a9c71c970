import { createHash } from 'node:crypto'

/** A hash of several texts, base64; other texts or another division into texts give another hash. */
export function contentHash(texts: readonly string[]): string {
  const hash = createHash('sha256')
  for (const text of texts) hash.update(`${text.length}\n`).update(text)
  return hash.digest('base64')
}
