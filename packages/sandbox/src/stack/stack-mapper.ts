import {
  itemReportsSchema,
  joinReports,
  parseJson,
  splitReports,
  type Bundle,
  type EncodedErrorFields,
  type EncodedRunError,
  type EncodedThrown,
  type WorkResult,
} from '@isolated-runtime/protocol'
import { mapStack } from './map-stack.ts'
import { SourcePositions } from './source-positions.ts'

/** Frames of one stack that are looked up; V8 gives 10, unless the guest asks for more. */
const MAX_FRAMES = 100

/** Maps the stacks of errors from the code that ran to what the author wrote, on the trusted side. */
export class StackMapper {
  readonly #positions = new SourcePositions()

  /** What became of a run, the stacks of its errors and of all their causes mapped. */
  map(result: WorkResult, bundle: Bundle): WorkResult {
    if (result.status === 'succeeded') return result
    if (result.status === 'reported') {
      return hasMaps(bundle) ? { ...result, reportsJson: this.#reports(result.reportsJson, bundle) } : result
    }
    if (!isMappable(result.error, bundle)) return result
    return { ...result, error: this.#fields(result.error, bundle) }
  }

  #reports(json: string, bundle: Bundle): string {
    if (!json.includes('"GUEST_ERROR"')) return json
    const { withoutValues, values } = splitReports(json)
    const reports = parseJson(itemReportsSchema, withoutValues, 'report of a batch', 'INVALID_MESSAGE')
    const mapped = reports.map((report) =>
      report.status === 'succeeded' || !isMappable(report.error, bundle)
        ? report
        : { ...report, error: this.#fields(report.error, bundle) },
    )
    return joinReports(mapped, values)
  }

  #fields<Fields extends EncodedErrorFields>(fields: Fields, bundle: Bundle): Fields {
    const { name, message, stack, cause, errors } = fields
    const originOf = this.#positions.find.bind(this.#positions, bundle)
    return {
      ...fields,
      ...(stack !== undefined && { stack: mapStack(stack, `${name}: ${message}`, originOf, MAX_FRAMES) }),
      ...(cause && { cause: this.#thrown(cause, bundle) }),
      ...(errors && { errors: errors.map((thrown) => this.#thrown(thrown, bundle)) }),
    }
  }

  #thrown(thrown: EncodedThrown, bundle: Bundle): EncodedThrown {
    return thrown.kind === 'error' ? this.#fields(thrown, bundle) : thrown
  }
}

/** All other errors are the platform's own, and say nothing of places. */
function isMappable({ code }: EncodedRunError, bundle: Bundle): boolean {
  return code === 'GUEST_ERROR' && hasMaps(bundle)
}

function hasMaps({ files }: Bundle): boolean {
  return Object.values(files).some((file) => file.kind === 'commonjs' && file.map !== undefined)
}
