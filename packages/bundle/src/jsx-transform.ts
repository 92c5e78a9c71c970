import type { ParsedPackOptions } from './pack-options.ts'
import type { JsxTransform } from './transpile.ts'

/** What an option for JSX means to esbuild. */
export function jsxTransform(jsx: ParsedPackOptions['jsx']): JsxTransform {
  if (typeof jsx === 'boolean') return { jsx: 'automatic' }
  if (jsx.runtime === 'automatic') return { jsx: 'automatic', jsxImportSource: jsx.importSource }
  return { jsx: 'transform', jsxFactory: jsx.factory, jsxFragment: jsx.fragment }
}
