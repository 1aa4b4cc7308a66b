// The project's TypeScript as an API: the compiler's own up to version 6, and that of the native compiler from version 7. Both have the
// same checker; what differs is how a program is opened, and the numbers of the enums. Only what claims need is named here.
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

export interface Node {
  readonly kind: number
  readonly end: number
  forEachChild<Result>(visit: (child: Node) => Result): Result | undefined
  getText(file?: SourceFile): string
  readonly text?: string
  readonly name?: Node
  readonly propertyName?: Node
  readonly expression?: Node
  readonly initializer?: Node
  readonly left?: Node
  readonly right?: Node
  readonly operatorToken?: Node
  readonly moduleSpecifier?: Node
  readonly arguments?: readonly Node[]
  readonly typeArguments?: readonly Node[]
}

export interface SourceFile extends Node {
  readonly text: string
}

export interface TypeSymbol {
  readonly name: string
  /** Up to version 6, where the name of a private member looks like that of another one. */
  readonly escapedName?: string
  readonly flags: number
}

export interface Type {
  readonly flags: number
  readonly value?: unknown
  readonly target?: unknown
  /** Of a union: up to version 6. */
  readonly types?: readonly Type[]
  /** Of a union: from version 7. */
  getTypes?(): readonly Type[] | undefined
  getTarget?(): { readonly elementFlags?: readonly number[] }
  getSymbol(): TypeSymbol | undefined
}

interface IndexInfo {
  readonly keyType: Type
  /** Up to version 6. */
  readonly type?: Type
  /** From version 7. */
  readonly valueType?: Type
}

export interface Checker {
  getTypeAtLocation(node: Node): Type | undefined
  getTypeFromTypeNode(node: Node): Type | undefined
  getPropertiesOfType(type: Type): readonly TypeSymbol[]
  getTypeOfSymbol(symbol: TypeSymbol): Type | undefined
  getIndexInfosOfType(type: Type): readonly IndexInfo[]
  getSignaturesOfType(type: Type, kind: number): readonly object[]
  getReturnTypeOfSignature(signature: object): Type | undefined
  getTypeArguments(type: Type): readonly Type[]
  isArrayType(type: Type): boolean
  isTupleType(type: Type): boolean
  typeToString(type: Type): string
}

type Enum = Readonly<Record<string, number>>

export interface Compiler {
  readonly checker: Checker
  readonly SyntaxKind: Enum
  readonly TypeFlags: Enum
  readonly SymbolFlags: Enum
  sourceFile(path: string): SourceFile | undefined
  close(): void
}

/** The parts of the two APIs that open a program. */
interface ClassicApi {
  readonly sys: object
  readonly SyntaxKind: Enum
  readonly TypeFlags: Enum
  readonly SymbolFlags: Enum
  getParsedCommandLineOfConfigFile(
    file: string,
    options: object,
    host: object,
  ): { readonly fileNames: readonly string[]; readonly options: object } | undefined
  createProgram(
    files: readonly string[],
    options: object,
  ): { getTypeChecker(): Checker; getSourceFile(path: string): SourceFile | undefined }
}

interface NativeProject {
  readonly checker: Checker
  readonly program: { getSourceFile(path: string): SourceFile | undefined }
}

interface NativeApi {
  readonly TypeFlags: Enum
  readonly SymbolFlags: Enum
  readonly API: new (options: object) => {
    updateSnapshot(given: { openProjects: readonly string[] }): { getProjects(): readonly NativeProject[] }
    close(): void
  }
}

/** Throws what the compiler throws, and an Error when it has neither of the two APIs. `config` is a tsconfig.json. */
export async function openCompiler(typescript: string, config: string): Promise<Compiler> {
  const require = createRequire(join(typescript, 'package.json'))
  const { exports: named }: { readonly exports?: object } = require('./package.json')
  // A folder may hold it under another name than its own, and a path leaves `exports` aside.
  const found: unknown = require(named === undefined ? typescript : 'typescript')
  return isClassic(found) ? openClassic(found, config) : openNative(require, config)
}

function isClassic(found: unknown): found is ClassicApi {
  return typeof Object(found).createProgram === 'function'
}

function openClassic(api: ClassicApi, config: string): Compiler {
  const host = { ...api.sys, onUnRecoverableConfigFileDiagnostic: () => {} }
  const parsed = api.getParsedCommandLineOfConfigFile(config, {}, host)
  if (!parsed) throw new Error('tsconfig.json cannot be read')
  const program = api.createProgram(parsed.fileNames, parsed.options)
  const { SyntaxKind, TypeFlags, SymbolFlags } = api
  const sourceFile = (path: string) => program.getSourceFile(path)
  return { checker: program.getTypeChecker(), SyntaxKind, TypeFlags, SymbolFlags, sourceFile, close() {} }
}

async function openNative(require: NodeJS.Require, config: string): Promise<Compiler> {
  const load = async (part: string): Promise<unknown> =>
    import(pathToFileURL(require.resolve(`typescript/unstable/${part}`)).href)
  const [native, ast] = await Promise.all([load('sync'), load('ast')])
  const { API, TypeFlags, SymbolFlags } = native as NativeApi
  const { SyntaxKind } = ast as { readonly SyntaxKind: Enum }
  const api = new API({ cwd: dirname(config) })
  const [project] = api.updateSnapshot({ openProjects: [config] }).getProjects()
  if (!project) throw new Error('tsconfig.json cannot be read')
  const sourceFile = (path: string) => project.program.getSourceFile(path)
  return {
    checker: project.checker,
    SyntaxKind,
    TypeFlags,
    SymbolFlags,
    sourceFile,
    close: () => api.close(),
  }
}
