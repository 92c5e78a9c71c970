import type { JsxTransform } from '../transpile.ts'
import type { Tsconfig } from './read-tsconfig.ts'

/** What esbuild obeys of a `tsconfig.json`. */
const OBEYED = [
  'experimentalDecorators',
  'useDefineForClassFields',
  'verbatimModuleSyntax',
  'target',
] as const
const DECORATOR = /(?:^|[(,])[^\S\n]*@[\p{ID_Start}$_][\w$.]*/mu

/** How the files below a `tsconfig.json` are compiled, and what their imports lead to. */
export class CompilerSettings {
  readonly tsconfig: Tsconfig
  /** For esbuild. */
  readonly tsconfigRaw: string
  /** What JSX becomes; `undefined` where that is not said, or is left to somebody else. */
  readonly jsx: JsxTransform | undefined

  constructor(tsconfig: Tsconfig) {
    this.tsconfig = tsconfig
    const { options } = tsconfig
    const compilerOptions = Object.fromEntries(
      OBEYED.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
    )
    this.tsconfigRaw = JSON.stringify({ compilerOptions })
    this.jsx = jsxOf(options)
  }

  /** Whether a file needs what packing cannot give: the types of its decorated members at run time. */
  needsMetadata(text: string): boolean {
    return this.tsconfig.options.emitDecoratorMetadata === true && DECORATOR.test(text)
  }

  /** Paths inside the bundle that a specifier may stand for, the first of which there is counts. */
  mapped(specifier: string): readonly string[] {
    const { paths, options } = this.tsconfig
    const below = options.baseUrl === undefined ? [] : [`${options.baseUrl}/${specifier}`.replace('//', '/')]
    const [best] = Object.keys(paths)
      .flatMap((pattern) => matched(pattern, specifier))
      .toSorted((a, b) => b.prefix.length - a.prefix.length)
    if (best === undefined) return below
    const targets = paths[best.pattern] ?? []
    return [...targets.map((target) => target.replace('*', () => best.rest)), ...below]
  }
}

function matched(
  pattern: string,
  specifier: string,
): readonly { readonly pattern: string; readonly prefix: string; readonly rest: string }[] {
  const [prefix = '', suffix] = pattern.split('*')
  if (suffix === undefined) return pattern === specifier ? [{ pattern, prefix: pattern, rest: '' }] : []
  const fits = specifier.length >= prefix.length + suffix.length
  if (!fits || !specifier.startsWith(prefix) || !specifier.endsWith(suffix)) return []
  return [{ pattern, prefix, rest: specifier.slice(prefix.length, specifier.length - suffix.length) }]
}

function jsxOf({
  jsx,
  jsxFactory,
  jsxFragmentFactory,
  jsxImportSource,
}: Tsconfig['options']): JsxTransform | undefined {
  if (jsx === 'react-jsx' || jsx === 'react-jsxdev')
    return { jsx: 'automatic', ...(jsxImportSource !== undefined && { jsxImportSource }) }
  if (jsx !== 'react') return undefined
  return {
    jsx: 'transform',
    ...(jsxFactory !== undefined && { jsxFactory }),
    ...(jsxFragmentFactory !== undefined && { jsxFragment: jsxFragmentFactory }),
  }
}
