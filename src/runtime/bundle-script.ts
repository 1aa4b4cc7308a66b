// How a bundle becomes a script for the engine: one header line, then the bundle as it is, so that engine line N is
// bundle line N - 1. The name is what stack traces show and source-position.ts looks for.

export const bundleFileName = 'workflow.js'
export const preludeFileName = 'mintage:prelude'
export const bundleWrapperLines = 1

/** A script whose value is `function (module, exports, require)`. */
export function wrapBundle(code: string): string {
  return `(function (module, exports, require) {\n${code}\n})`
}
