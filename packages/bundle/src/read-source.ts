import { compileByHook } from './hooks/call-hooks.ts'
import type { CompileHook } from './hooks/hooks.ts'
import type { Language } from './language.ts'
import type { CompilerSettings } from './tsconfig/compiler-settings.ts'
import type { JsxTransform } from './transpile.ts'

/** A file of code in memory. */
export interface Source {
  /** Inside the bundle. */
  readonly path: string
  /** On disk, with no symlink in it. */
  readonly realPath: string
  readonly text: string
  readonly language: Language
  /** How esbuild is to read it. */
  readonly transform?: JsxTransform
  /** What the nearest `tsconfig.json` says. */
  readonly settings?: CompilerSettings
}

/** A file of code that can be read. */
export interface ReadableSource extends Omit<Source, 'text'> {
  readonly read: () => Promise<string>
}

/** Reads a file and has the hook compile it. @throws as reading and `compileByHook` do */
export async function readSource(
  { path, realPath, language, read }: ReadableSource,
  compile: CompileHook | undefined,
): Promise<Source> {
  const text = await read()
  if (compile === undefined || language === 'json') return { path, realPath, text, language }
  const code = await compileByHook(compile, text, path)
  if (code === undefined) return { path, realPath, text, language }
  const isModuleKind = language === 'commonjs' || language === 'esm'
  return { path, realPath, text: code, language: isModuleKind ? language : 'javascript' }
}
