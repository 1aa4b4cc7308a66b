// What a bundle may be made of, as the only esbuild plugin that we run: files inside the project folder, the package
// that we ship, and the two modules that the guest answers itself. Everything else is refused (SBX-47, 49, 50).
//
// Names are checked twice. `onResolve` gives the good error, with the line of the import; `onLoad` is the wall, because
// esbuild expands `import("./" + name)` by itself, without asking a plugin about the files that it found.
import { readFile, stat } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'
import type { OnLoadResult, OnResolveArgs, OnResolveResult, Plugin, PluginBuild } from 'esbuild'
import * as z from 'zod'
import { type ErrorCode } from '../errors/index.ts'
import { shippedNamespace } from './build-message.ts'
import { isInside, projectPath, realPathInside } from './project-boundary.ts'
import { isShippedPackage, shippedPackage, type ShippedPackage } from './shipped-package.ts'

/** `require` of the guest answers these without a binding (C§6.1). */
const guestModules = new Set(['url', 'util', 'node:url', 'node:util'])

const loaders = new Map([
  ...['.js', '.mjs', '.cjs'].map((extension) => [extension, 'js'] as const),
  ...['.ts', '.mts', '.cts'].map((extension) => [extension, 'ts'] as const),
  ['.jsx', 'jsx'] as const,
  ['.tsx', 'tsx'] as const,
  ['.json', 'json'] as const,
])

/** Extensions that a workflow may be made of. */
export const bundledExtensions: readonly string[] = [...loaders.keys()]

/** Larger than any module that a person writes; a file of this size can exhaust the bundler while it parses. */
const largestInputBytes = 8 * 1024 * 1024

/** Tells our own look-up apart from the one that is being answered. */
const ourLookUp = Symbol('look-up')

/** What our own refusals carry through esbuild, in `Message.detail`. */
export interface RefusalDetail {
  readonly code: ErrorCode
  readonly hint: string
}

export function bundleInputs(projectDir: string): Plugin {
  return {
    name: 'mintage',
    async setup(build) {
      const shipped = await shippedPackage()
      build.onResolve({ filter: /./ }, (args) => resolveImport(build, args, projectDir, shipped))
      build.onLoad({ filter: /./, namespace: shippedNamespace }, async () => ({
        contents: await readFile(shipped.file, 'utf8'),
        loader: 'js',
      }))
      build.onLoad({ filter: /./, namespace: 'file' }, (args) => loadFile(args.path, projectDir))
    },
  }
}

async function resolveImport(
  build: PluginBuild,
  args: OnResolveArgs,
  projectDir: string,
  shipped: ShippedPackage,
): Promise<OnResolveResult | undefined> {
  if (args.pluginData === ourLookUp || args.kind === 'entry-point') return undefined
  const { path: specifier, kind, importer, namespace, resolveDir, with: attributes } = args
  if (guestModules.has(specifier)) return { path: specifier, external: true }
  if (/^(?:\/\/|(?!node:)[a-z][a-z\d+.-]+:)/i.test(specifier)) return refuseAddress(specifier)

  const lookUp = { kind, importer, namespace, resolveDir, with: attributes, pluginData: ourLookUp }
  const found = await build.resolve(specifier, lookUp)
  const isFound = found.errors.length === 0 && found.namespace === 'file'
  const place = isFound ? await realPathInside(projectDir, found.path) : 'missing'
  if (isShippedPackage(specifier) && typeof place === 'string') {
    const warnings =
      place === 'outside' && found.path !== shipped.file ? [otherVersion(specifier, shipped)] : []
    return { path: shipped.name, namespace: shippedNamespace, warnings }
  }
  if (place === 'outside') return refuseOutside(specifier)
  if (typeof place !== 'string' && !loaders.has(extname(found.path))) return refuseFormat(specifier)
  // Found inside, or not at all: esbuild resolves it again and words the complaint, with what it knows of the package. A
  // module that the package leaves out in browsers has a name without a file: esbuild makes it empty.
  return undefined
}

/** Answers `undefined` to have esbuild read the file itself. */
async function loadFile(path: string, projectDir: string): Promise<OnLoadResult | undefined> {
  const place = await realPathInside(projectDir, path)
  if (place === 'missing') return undefined
  if (place === 'outside') return refuseOutside(undefined)
  const info = await stat(place.path)
  const loader = loaders.get(extname(path))
  if (!info.isFile() || loader === undefined) return refuseFormat(undefined)
  if (info.size > largestInputBytes) return refuseSize(info.size)
  if (loader === 'json') return undefined
  const contents = await readFile(place.path, 'utf8')
  const harmless = withoutSourceMapComment(contents)
  if (harmless === contents) return undefined
  return { contents: (await isLeftOut(place.path, projectDir)) ? '' : harmless, loader }
}

const browserSchema = z.looseObject({ browser: z.record(z.string(), z.unknown()) })

/** Whether the package of a file says `"browser": {"./file.js": false}`: esbuild knows, but does not say so here. */
async function isLeftOut(path: string, projectDir: string): Promise<boolean> {
  for (let folder = dirname(path); isInside(projectDir, folder); folder = dirname(folder)) {
    const manifest = await realPathInside(projectDir, join(folder, 'package.json'))
    if (typeof manifest !== 'string') {
      const { data } = browserSchema.safeParse(jsonOrNothing(await readFile(manifest.path, 'utf8')))
      const name = `./${projectPath(folder, path)}`
      return data?.browser[name] === false || data?.browser[name.slice(0, -extname(name).length)] === false
    }
    if (folder === projectDir) break
  }
  return false
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * Takes the meaning from `//# sourceMappingURL=`: esbuild would open the file that it names, wherever it lies, and take
 * over the paths that are written in it. An escaped first letter keeps the text what it was if it stands in a string.
 */
function withoutSourceMapComment(contents: string): string {
  return contents.replaceAll(/([#@]\s*)s(ourceMappingURL\s*=)/g, String.raw`$1\u0073$2`)
}

function refuse(text: string, detail: RefusalDetail): { errors: { text: string; detail: RefusalDetail }[] } {
  return { errors: [{ text, detail }] }
}

function refuseAddress(specifier: string) {
  const shown = specifier.length > 80 ? `${specifier.slice(0, 80)}…` : specifier
  return refuse(`"${shown}" is an address; a workflow is bundled from files and packages alone`, {
    code: 'import_unresolved',
    hint: 'Install the package in the project, or copy the file into it.',
  })
}

function refuseOutside(specifier: string | undefined) {
  return refuse(
    `${specifier === undefined ? 'An import' : `"${specifier}"`} leads out of the project folder`,
    {
      code: 'import_unresolved',
      hint: 'Keep what a workflow imports inside the project folder, its node_modules included; links that lead out do not count.',
    },
  )
}

function refuseFormat(specifier: string | undefined) {
  return refuse(
    `${specifier === undefined ? 'An import' : `"${specifier}"`} is not a file that can be bundled`,
    {
      code: 'import_unresolved',
      hint: `Import files that end in ${bundledExtensions.join(', ')}.`,
    },
  )
}

function refuseSize(bytes: number) {
  return refuse(
    `An imported file has ${String(bytes)} bytes, more than the ${String(largestInputBytes)} of the largest input`,
    {
      code: 'bundle_too_large',
      hint: 'Import a smaller file.',
    },
  )
}

function otherVersion(specifier: string, shipped: ShippedPackage): { text: string } {
  return {
    text:
      `"${specifier}" is installed outside of the project folder only; version ${shipped.version} that Mintage ships ` +
      'is bundled instead',
  }
}
