/**
 * Turns the text of a file into JavaScript (CommonJS or ESM); `undefined` leaves it as it is. What it throws refuses the
 * file; an error with a `line` (from 1) and `column` is shown in its place.
 *
 * @param path inside the bundle, such as `/rules/vat.rule`
 */
export type CompileHook = (code: string, path: string) => string | undefined | Promise<string | undefined>

/**
 * Decides what a specifier leads to: the path of a file of the bundle, such as `/rules/vat.js`, an npm package such as
 * `lodash`, which has to be allowed, or `undefined` for what it would lead to without the hook.
 *
 * @param importer inside the bundle, such as `/rules/vat.js`
 */
export type ResolveHook = (
  specifier: string,
  importer: string,
) => string | undefined | Promise<string | undefined>
