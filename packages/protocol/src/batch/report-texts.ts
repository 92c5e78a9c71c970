import { JsonScanner, type JsonParts } from '../json/scan-json.ts'

const VALUE = 'value'

/** The reports of a batch, without building the values of the guest that are in them. */
export interface ReportTexts {
  /** The same text with `null` in the place of each value. */
  readonly withoutValues: string
  /** The values as JSON, in the order of the reports; `undefined` where a report has none. */
  readonly values: readonly (string | undefined)[]
}

/**
 * Takes the values out of the reports of a batch: what a guest gave may cost far more to build than to read.
 *
 * @throws SyntaxError if the text is not JSON
 */
export function splitReports(json: string): ReportTexts {
  const places = new ValuePlaces(json)
  new JsonScanner(json, places).scan()
  const values: (string | undefined)[] = Array.from({ length: places.reports })
  let withoutValues = ''
  let from = 0
  for (const { report, start, end } of places.found) {
    withoutValues += `${json.slice(from, start)}null`
    from = end
    // As JSON.parse has it: the last one counts.
    values[report] = json.slice(start, end)
  }
  return { withoutValues: withoutValues + json.slice(from), values }
}

/** Puts the values back into reports that were changed otherwise; the opposite of {@link splitReports}. */
export function joinReports(reports: readonly object[], values: ReportTexts['values']): string {
  const texts = reports.map((report, index) => {
    const value = values[index]
    const json = JSON.stringify({ ...report, [VALUE]: undefined })
    return value === undefined ? json : `${json.slice(0, -1)},"${VALUE}":${value}}`
  })
  return `[${texts.join(',')}]`
}

/** Finds the members named `value` of the objects in an array. */
class ValuePlaces implements JsonParts {
  readonly found: { readonly report: number; readonly start: number; readonly end: number }[] = []
  reports = 0
  readonly #text: string
  #depth = 0
  /** Whether the next part at the depth of members is such a value. */
  #isValue = false
  #start = 0

  constructor(text: string) {
    this.#text = text
  }

  open(_isArray: boolean, start: number): void {
    if (this.#depth === 1) this.#nextReport()
    if (this.#depth === 2) this.#start = start
    this.#depth++
  }

  close(end: number): void {
    this.#depth--
    if (this.#depth === 2) this.#member(this.#start, end)
  }

  key(start: number, end: number, hasEscapes: boolean): void {
    if (this.#depth !== 2) return
    const quoted = this.#text.slice(start, end)
    this.#isValue = quoted === `"${VALUE}"` || (hasEscapes && JSON.parse(quoted) === VALUE)
  }

  string(start: number, end: number): void {
    this.#scalar(start, end)
  }

  number(start: number, end: number): void {
    this.#scalar(start, end)
  }

  literal(start: number, end: number): void {
    this.#scalar(start, end)
  }

  #scalar(start: number, end: number): void {
    if (this.#depth === 1) this.#nextReport()
    if (this.#depth === 2) this.#member(start, end)
  }

  #nextReport(): void {
    this.reports++
    this.#isValue = false
  }

  #member(start: number, end: number): void {
    if (this.#isValue) this.found.push({ report: this.reports - 1, start, end })
    this.#isValue = false
  }
}
