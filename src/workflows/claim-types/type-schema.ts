// From a type of TypeScript to the JSON Schema of its values as JSON. What JSON cannot say, or what the type leaves open, is `{}`: any value.
import { anyOf, type JsonObject, type JsonValue } from '../../oauth/index.ts'
import type { Compiler, Type } from './compiler.ts'

export interface SchemaOfType {
  readonly schema: JsonObject
  /** The value may be `undefined`, which JSON leaves out. */
  readonly isOptional: boolean
}

/** How deeply a type is followed; a type that contains itself ends there. */
const maxDepth = 8
const callSignatures = 0
/** JSON has none of their items. */
const collections: ReadonlySet<string> = new Set([
  'Map',
  'ReadonlyMap',
  'WeakMap',
  'Set',
  'ReadonlySet',
  'WeakSet',
])

function membersOf(type: Type): readonly Type[] {
  return type.types ?? type.getTypes?.() ?? []
}

export function typeSchemas(compiler: Compiler): (type: Type) => SchemaOfType {
  const { checker, TypeFlags, SymbolFlags } = compiler
  const has = (type: Type, ...names: string[]) =>
    names.some((name) => (type.flags & (TypeFlags[name] ?? 0)) !== 0)

  const ofValue = (type: Type, depth: number): JsonObject => schemaOf(type, depth).schema

  function schemaOf(type: Type, depth: number): SchemaOfType {
    if (has(type, 'Union')) return union(membersOf(type), depth)
    if (has(type, 'Undefined', 'Void')) return { schema: { not: {} }, isOptional: true }
    return { schema: depth > maxDepth ? {} : single(type, depth), isOptional: false }
  }

  function union(members: readonly Type[], depth: number): SchemaOfType {
    const present = members.filter((member) => !has(member, 'Undefined', 'Void'))
    return {
      schema: anyOf(present.map((member) => ofValue(member, depth))),
      isOptional: present.length < members.length,
    }
  }

  function single(type: Type, depth: number): JsonObject {
    if (has(type, 'StringLiteral', 'NumberLiteral')) return { const: literal(type) }
    if (has(type, 'BooleanLiteral')) return { const: checker.typeToString(type) === 'true' }
    if (has(type, 'String', 'TemplateLiteral', 'StringMapping')) return { type: 'string' }
    if (has(type, 'Number')) return { type: 'number' }
    if (has(type, 'Boolean')) return { type: 'boolean' }
    if (has(type, 'Null')) return { type: 'null' }
    // A branded string, `string & { readonly brand: 'Email' }`, is a string.
    const branded = has(type, 'Intersection')
      ? membersOf(type).find((member) => !isObject(member))
      : undefined
    if (branded) return single(branded, depth)
    return isObject(type) ? object(type, depth) : {}
  }

  function isObject(type: Type): boolean {
    return has(type, 'Object', 'Intersection')
  }

  /** A number outside of JSON's range is not a literal of JSON. */
  function literal({ value }: Type): JsonValue {
    return typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value)) ? value : null
  }

  function object(type: Type, depth: number): JsonObject {
    if (checker.isTupleType(type)) return tuple(type, depth)
    if (checker.isArrayType(type)) {
      const [item] = checker.getTypeArguments(type)
      return { type: 'array', items: item ? ofValue(item, depth + 1) : {} }
    }
    if (checker.getSignaturesOfType(type, callSignatures).length > 0) return {}
    if (collections.has(type.getSymbol()?.name ?? '')) return {}
    const properties = checker.getPropertiesOfType(type)
    const toJson = properties.find(({ name }) => name === 'toJSON')
    if (toJson) return returned(checker.getTypeOfSymbol(toJson), depth)
    const index = checker.getIndexInfosOfType(type).find(({ keyType }) => has(keyType, 'String'))
    const indexed = index?.valueType ?? index?.type
    const members = properties
      // Symbols and private members are not in JSON.
      .filter(({ name, escapedName = name }) => !/^__[@#]/.test(escapedName))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap(({ name, ...symbol }) => {
        const found = checker.getTypeOfSymbol(
          properties.find((one) => one.name === name) ?? { name, ...symbol },
        )
        if (!found || checker.getSignaturesOfType(found, callSignatures).length > 0) return []
        const { schema, isOptional } = schemaOf(found, depth + 1)
        const isMarked = (symbol.flags & (SymbolFlags['Optional'] ?? 0)) !== 0
        return [{ name, schema, isOptional: isOptional || isMarked }]
      })
    const required = members.filter(({ isOptional }) => !isOptional).map(({ name }) => name)
    return {
      type: 'object',
      ...(members.length > 0 && {
        properties: Object.fromEntries(members.map(({ name, schema }) => [name, schema])),
      }),
      ...(required.length > 0 && { required }),
      ...(indexed && { additionalProperties: ofValue(indexed, depth + 1) }),
    }
  }

  /** A tuple of fixed length as such, any other as a list of its members. */
  function tuple(type: Type, depth: number): JsonObject {
    const items = checker.getTypeArguments(type).map((item) => ofValue(item, depth + 1))
    const target = type.getTarget?.() ?? Object(type.target)
    const flags: unknown = target.elementFlags
    const isFixed = Array.isArray(flags) && flags.every((flag) => flag === 1)
    if (!isFixed) return { type: 'array', items: anyOf(items) }
    return { type: 'array', prefixItems: items, items: false, minItems: items.length }
  }

  function returned(method: Type | undefined, depth: number): JsonObject {
    const [signature] = method ? checker.getSignaturesOfType(method, callSignatures) : []
    const type = signature && checker.getReturnTypeOfSignature(signature)
    return type ? ofValue(type, depth + 1) : {}
  }

  return (type) => schemaOf(type, 0)
}
