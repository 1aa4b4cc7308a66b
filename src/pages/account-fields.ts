// Fields that several pages ask for: a person's names, and a new password.
import type { Copy, FieldProblem } from './copy.ts'
import type { Field } from './field.ts'

type NameField = 'given_name' | 'family_name'

export function nameFields(
  values: Readonly<Partial<Record<NameField, string>>>,
  problems: Readonly<Partial<Record<NameField, FieldProblem>>>,
  { signUp }: Copy,
): Field[] {
  const field = (name: NameField, label: string, autocomplete: string): Field => ({
    name,
    label,
    type: 'text',
    autocomplete,
    value: values[name] ?? '',
    problem: problems[name],
    isOptional: true,
  })
  return [
    field('given_name', signUp.givenName, 'given-name'),
    field('family_name', signUp.familyName, 'family-name'),
  ]
}

/** `minimum` is the number of characters that a password has at least. */
export function newPasswordField(
  minimum: number,
  problem: FieldProblem | undefined,
  { common }: Copy,
): Field {
  return {
    name: 'new_password',
    label: common.newPassword,
    type: 'password',
    autocomplete: 'new-password',
    hint: common.passwordTerms(minimum),
    problem,
  }
}
