// Makes the one script that a start reads (kept-program.ts). Runs after each `npm ci` and `npm install`, as the script `prepare` of
// package.json.
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { dirname, extname, join, relative, sep } from 'node:path'
import { build, type Loader, type OnLoadResult } from 'esbuild'
import { describeFile, describeOwnFile, type KeptFile } from './kept-file.ts'
import { manifestName, programFolder, type ProgramManifest } from './kept-program.ts'

/** They find native code, threads or files of their own by where they lie. `pg-native` is what `pg` tries, and none of ours. */
const readWhereTheyLie = ['bcrypt', 'esbuild', 'pino', 'pg-native']

/** An installation changes packages' versions and ways in without touching a file that was read. */
const alsoCounting = ['package.json', 'node_modules/.package-lock.json']

const loaders: Readonly<Record<string, Loader>> = { '.ts': 'ts', '.json': 'json' }

/** Says to esbuild that every position of a file is its beginning: packages would make the maps five times as large. */
const oneForAll = `\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(
  JSON.stringify({ version: 3, sources: [''], mappings: 'AAAA' }),
).toString('base64')}`

/** Packages that are CommonJS ask for Node's modules. */
const commonJs = `import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);`

/**
 * Answers how many files the program is made of.
 * Throws what esbuild throws, and the file system's errors; there is no kept program after that.
 */
export async function keepProgram(checkout: string): Promise<number> {
  const folder = join(checkout, programFolder)
  rmSync(folder, { recursive: true, force: true })
  const read: KeptFile[] = []
  const { metafile } = await build({
    absWorkingDir: checkout,
    entryPoints: ['src/main.ts'],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'esnext',
    external: readWhereTheyLie,
    banner: { js: commonJs },
    // The engine names its models, and with them what it stores, by their classes.
    keepNames: true,
    sourcemap: true,
    sourcesContent: false,
    metafile: true,
    legalComments: 'none',
    logLevel: 'silent',
    plugins: [
      {
        name: 'described',
        setup: (building) =>
          building.onLoad({ filter: /\.(?:[cm]?js|ts|json)$/, namespace: 'file' }, ({ path }) => {
            const bytes = readFileSync(path)
            read.push(describeFile(checkout, relative(checkout, path), bytes))
            return loaded(path, bytes.toString(), folder)
          }),
      },
    ],
  })
  const around = alsoCounting.filter((path) => existsSync(join(checkout, path)))
  const files = [
    ...read,
    ...around.map((path) => describeFile(checkout, path)),
    ...Object.keys(metafile.outputs).map((path) => describeOwnFile(checkout, path)),
  ]
  await keepManifest(folder, { entry: join(programFolder, 'main.mjs'), files })
  return read.length
}

function loaded(path: string, text: string, folder: string): OnLoadResult {
  const extension = extname(path)
  // A file that looks for others beside it finds them where they are, and in a checkout that was moved, too.
  const own = JSON.stringify(relative(folder, path).replaceAll(sep, '/'))
  const contents = text.replaceAll(/\bimport\.meta\.url\b/g, `new URL(${own}, import.meta.url).href`)
  const isPackage = path.includes(`${sep}node_modules${sep}`)
  return {
    contents: isPackage && extension !== '.json' ? `${contents}${oneForAll}` : contents,
    loader: loaders[extension] ?? 'js',
    resolveDir: dirname(path),
  }
}

/** In one step, so that a start reads the whole or nothing. */
async function keepManifest(folder: string, manifest: ProgramManifest): Promise<void> {
  const unfinished = join(folder, `${manifestName}.unfinished`)
  await writeFile(unfinished, JSON.stringify(manifest))
  await rename(unfinished, join(folder, manifestName))
}
