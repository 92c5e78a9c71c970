import { IsolatedRuntimeError, type Bundle } from '@isolated-runtime/protocol'
import { isAllowed } from './package-name.ts'

/**
 * Refuses a bundle with npm packages that somebody does not allow, whatever it was packed with.
 *
 * @param patterns as `PackOptions.external` has them
 * @param whose who allows no more, in words, such as `tenant "acme"`
 * @throws `BUNDLE_FILE_REFUSED` naming the packages and the files that import them
 */
export function refusePackages(
  { files }: Pick<Bundle, 'files'>,
  patterns: readonly string[],
  whose: string,
): void {
  const refused = Object.entries(files).flatMap(([path, file]) =>
    // What packages need themselves is theirs.
    file.kind !== 'commonjs' || path.startsWith('/node_modules/')
      ? []
      : Object.keys(file.imports ?? {})
          .filter((specifier) => !isAllowed(patterns, specifier))
          .map((specifier) => `"${specifier}" in "${path}"`),
  )
  if (refused.length === 0) return
  const allowed = patterns.length === 0 ? 'none' : patterns.map((pattern) => `"${pattern}"`).join(', ')
  throw new IsolatedRuntimeError(
    'BUNDLE_FILE_REFUSED',
    `The bundle imports ${refused.join(', ')}, the packages that ${whose} may use are: ${allowed}`,
  )
}
