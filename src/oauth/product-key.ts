/** A key that goes into tokens and code: of a role, a permission, a flag, a property or a scope. mintage.yaml and the management API take the same ones. */
export const productKeyPattern = /^[A-Za-z0-9][A-Za-z0-9_.:/-]{0,127}$/
