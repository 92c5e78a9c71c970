import { z } from 'zod'

/** Text that is a JSON array. */
export const jsonArrayTextSchema = z.string().refine(isJson(Array.isArray), 'expected a JSON array')

/** Text that is a JSON object. */
export const jsonObjectTextSchema = z.string().refine(isJson(isObject), 'expected a JSON object')

/** Text that is JSON. */
export const jsonTextSchema = z.string().refine(
  isJson(() => true),
  'expected JSON',
)

function isJson(test: (value: unknown) => boolean): (text: string) => boolean {
  return (text) => {
    try {
      return test(JSON.parse(text))
    } catch {
      return false
    }
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
