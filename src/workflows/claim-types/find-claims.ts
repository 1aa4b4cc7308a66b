// The claims that workflows set, with their types, out of a program that the project's TypeScript has checked: the type arguments of
// accessTokenCustomClaims<T>() and its kin, the values given to kinde.accessToken.setCustomClaim(), and assignments to its claims.
import { tokenKinds, type JsonObject, type TokenKind } from '../../oauth/index.ts'
import type { Compiler, Node, SourceFile, Type } from './compiler.ts'
import { typeSchemas } from './type-schema.ts'

export interface FoundClaim {
  readonly token: TokenKind
  readonly name: string
  readonly schema: JsonObject
  /** The workflow may end without having set it. */
  readonly isOptional: boolean
}

/** A place that sets claims of which the types do not tell the names. */
export interface UntypedPlace {
  readonly token: TokenKind
  /** From 1. */
  readonly line: number
}

export interface FoundClaims {
  readonly claims: readonly FoundClaim[]
  readonly untyped: readonly UntypedPlace[]
}

/** Functions of `@kinde/infrastructure` that give the claims of a token. */
const claimFunctions: Readonly<Record<string, TokenKind>> = {
  accessTokenCustomClaims: 'accessToken',
  idTokenCustomClaims: 'idToken',
  m2mTokenClaims: 'm2mToken',
}

export function findClaims(file: SourceFile, compiler: Compiler): FoundClaims {
  const { checker, SyntaxKind, TypeFlags } = compiler
  const schemaOf = typeSchemas(compiler)
  const claims: FoundClaim[] = []
  const untyped: UntypedPlace[] = []
  const imported = importedNames(file, compiler)
  /** Variables that hold the claims of a token without a type of their own. */
  const holders = new Map<string, TokenKind>()
  /** Variables that hold a binding: `const { accessToken } = kinde`. */
  const bindings = new Map<string, TokenKind>()

  const is = (node: Node | undefined, kind: string) => node !== undefined && node.kind === SyntaxKind[kind]
  const line = (node: Node) => file.text.slice(0, node.end - node.getText(file).length).split('\n').length
  const plainText = (node: Node | undefined) => node?.getText(file).replaceAll(/[!?\s]/g, '') ?? ''

  /** The token of `kinde.accessToken`, or of a variable that holds it. */
  function tokenOfBinding(node: Node | undefined): TokenKind | undefined {
    const text = plainText(node).replace(/^globalThis\./, '')
    return bindings.get(text) ?? tokenKinds.find((token) => text === `kinde.${token}`)
  }

  /** The token of `kinde.accessToken.method`. */
  function bindingOf(callee: Node | undefined, method: string): TokenKind | undefined {
    if (!is(callee, 'PropertyAccessExpression') || callee?.name?.text !== method) return undefined
    return tokenOfBinding(callee.expression)
  }

  function visitVariable({ name, initializer }: Node): void {
    if (is(name, 'Identifier')) {
      const [claimsOf, binding] = [untypedClaims(initializer), tokenOfBinding(initializer)]
      if (claimsOf !== undefined) holders.set(name?.text ?? '', claimsOf)
      if (binding !== undefined) bindings.set(name?.text ?? '', binding)
    } else if (/^(?:globalThis\.)?kinde$/.test(plainText(initializer))) {
      name?.forEachChild((element) => {
        const member = element.propertyName?.text ?? element.name?.text
        const token = tokenKinds.find((kind) => kind === member)
        if (token !== undefined) bindings.set(element.name?.text ?? '', token)
      })
    }
  }

  function claimFunction(callee: Node | undefined): TokenKind | undefined {
    if (!callee) return undefined
    const name = is(callee, 'Identifier')
      ? imported.get(callee.text ?? '')
      : is(callee, 'PropertyAccessExpression') && imported.get(callee.expression?.text ?? '') === '*'
        ? callee.name?.text
        : undefined
    return name === undefined ? undefined : claimFunctions[name]
  }

  /** The token whose claims an expression is, when they have no type. */
  function untypedClaims(node: Node | undefined): TokenKind | undefined {
    if (is(node, 'Identifier')) return holders.get(node?.text ?? '')
    if (!is(node, 'CallExpression')) return undefined
    const isTyped = (node?.typeArguments?.length ?? 0) > 0
    return (
      bindingOf(node?.expression, 'getCustomClaims') ??
      (isTyped ? undefined : claimFunction(node?.expression))
    )
  }

  function declared(token: TokenKind, type: Type | undefined, node: Node, mayNotRun = false): void {
    const properties = type ? checker.getPropertiesOfType(type) : []
    if (!type || properties.length === 0) untyped.push({ token, line: line(node) })
    const schema: JsonObject = type ? schemaOf(type).schema : {}
    const members = Object.entries(Object(schema['properties']) as Record<string, JsonObject>)
    const required = Array.isArray(schema['required']) ? schema['required'] : []
    for (const [name, member] of members)
      claims.push({ token, name, schema: member, isOptional: mayNotRun || !required.includes(name) })
  }

  function set(token: TokenKind, names: readonly string[], value: Node | undefined): void {
    const type = value && checker.getTypeAtLocation(value)
    // Whether a statement runs is the workflow's affair, so what it sets may be missing.
    for (const name of names)
      claims.push({ token, name, schema: type ? schemaOf(type).schema : {}, isOptional: true })
  }

  function literalNames(node: Node | undefined): string[] {
    const type = node && checker.getTypeAtLocation(node)
    const members = type?.types ?? type?.getTypes?.() ?? (type ? [type] : [])
    const isLiteral = ({ flags }: Type) => (flags & (TypeFlags['StringLiteral'] ?? 0)) !== 0
    return members.every(isLiteral) ? members.map(({ value }) => String(value)) : []
  }

  function visit(node: Node): void {
    if (is(node, 'VariableDeclaration')) visitVariable(node)
    if (is(node, 'CallExpression')) visitCall(node)
    if (is(node, 'BinaryExpression') && is(node.operatorToken, 'EqualsToken')) visitAssignment(node)
    node.forEachChild(visit)
  }

  function visitCall(node: Node): void {
    const ofFunction = claimFunction(node.expression)
    const [argument] = node.typeArguments ?? []
    if (ofFunction !== undefined && argument)
      declared(ofFunction, checker.getTypeFromTypeNode(argument), argument)
    if (plainText(node.expression) === 'Object.assign') visitAssign(node.arguments ?? [])
    const ofBinding = bindingOf(node.expression, 'setCustomClaim')
    if (ofBinding === undefined) return
    const names = literalNames(node.arguments?.[0])
    if (names.length === 0) untyped.push({ token: ofBinding, line: line(node) })
    set(ofBinding, names, node.arguments?.[1])
  }

  /** `Object.assign(kinde.accessToken.getCustomClaims(), { plan })` */
  function visitAssign([target, ...sources]: readonly Node[]): void {
    const token = untypedClaims(target)
    if (token === undefined) return
    for (const source of sources) {
      const type = checker.getTypeAtLocation(source)
      if (type && checker.getPropertiesOfType(type).length > 0) declared(token, type, source, true)
      else untyped.push({ token, line: line(source) })
    }
  }

  function visitAssignment({ left, right }: Node): void {
    const isIndexed = is(left, 'ElementAccessExpression')
    if (!left || (!isIndexed && !is(left, 'PropertyAccessExpression'))) return
    const token = untypedClaims(left.expression)
    if (token === undefined) return
    if (isIndexed) untyped.push({ token, line: line(left) })
    else set(token, [left.name?.text ?? ''], right)
  }

  visit(file)
  return { claims, untyped }
}

/** What each name of the file is in `@kinde/infrastructure`; `*` for the whole of it. */
function importedNames(file: SourceFile, { SyntaxKind }: Compiler): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  const collect = (node: Node): void => {
    const local = node.name?.text
    if (local !== undefined && node.kind === SyntaxKind['ImportSpecifier'])
      names.set(local, node.propertyName?.text ?? local)
    if (local !== undefined && node.kind === SyntaxKind['NamespaceImport']) names.set(local, '*')
    node.forEachChild(collect)
  }
  file.forEachChild((node) => {
    const isImport = node.kind === SyntaxKind['ImportDeclaration']
    if (isImport && node.moduleSpecifier?.text === '@kinde/infrastructure') collect(node)
  })
  return names
}
