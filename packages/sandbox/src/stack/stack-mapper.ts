import {
  chunkReportSchema,
  joinReports,
  parseJson,
  splitReports,
  type Bundle,
  type EncodedOutcome,
  type EncodedErrorFields,
  type EncodedRunError,
  type EncodedThrown,
} from '@isolated-runtime/protocol'
import { mapStack } from './map-stack.ts'
import { SourcePositions } from './source-positions.ts'

/** Frames of one stack that are looked up; V8 gives 10, unless the guest asks for more. */
const MAX_FRAMES = 100

/** Maps the stacks of errors from the code that ran to what the author wrote, on the trusted side. */
export class StackMapper {
  readonly #positions = new SourcePositions()

  /** The outcome of a run, the stacks of its error and of all its causes mapped. */
  map(outcome: EncodedOutcome, bundle: Bundle): EncodedOutcome {
    if (outcome.status === 'succeeded' || !isMappable(outcome.error, bundle)) return outcome
    return { ...outcome, error: this.#fields(outcome.error, bundle) }
  }

  /** The outcome of a chunk, the stacks in the reports of its items mapped. */
  mapReports(outcome: EncodedOutcome, bundle: Bundle): EncodedOutcome {
    if (outcome.status !== 'succeeded' || !hasMaps(bundle)) return this.map(outcome, bundle)
    const { valueJson = '' } = outcome
    if (!valueJson.includes('"GUEST_ERROR"')) return outcome
    const { withoutValues, values } = splitReports(valueJson)
    const reports = parseJson(chunkReportSchema, withoutValues, 'report of a chunk', 'INVALID_MESSAGE')
    const mapped = reports.map((report) =>
      report.status === 'succeeded' || !isMappable(report.error, bundle)
        ? report
        : { ...report, error: this.#fields(report.error, bundle) },
    )
    return { ...outcome, valueJson: joinReports(mapped, values) }
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
