// Colours of mintage.yaml that people could not read, with the place, the measured contrast and the nearest colour that would do.
import { contrastProblems, contrastText, type Branding, type BrandingField } from '../branding/index.ts'
import { pathText, spotsAt, valueAt, type Path } from './paths.ts'
import { branding, brandingOfFile } from './schema/branding.ts'
import type { ValueProblem } from './schema-problems.ts'

/** Judged on the plain value, as the references are. A branding that its schema refuses is left to the schema. */
export function brandingProblems(file: unknown): ValueProblem[] {
  const environment = parsed(valueAt(file, ['settings', 'branding']))
  return [
    ...problemsAt(file, ['settings', 'branding'], {}),
    ...problemsAt(file, ['applications', '*', 'branding'], environment),
    ...problemsAt(file, ['organizations', '*', 'branding'], environment),
  ]
}

function problemsAt(file: unknown, at: readonly string[], beneath: Branding): ValueProblem[] {
  return spotsAt(file, at).flatMap(({ path, value }) =>
    contrastProblems(parsed(value), beneath).map((problem) => {
      const place = [...path, keyOf(problem.field, path, file)]
      return { path: place, message: `${pathText(place)}: ${contrastText(problem)}` }
    }),
  )
}

/** The key that the author wrote. */
function keyOf(field: BrandingField, path: Path, file: unknown): string {
  if (valueAt(file, [...path, field]) !== undefined) return field
  return field.endsWith('Dark') ? 'primaryColorDark' : 'primaryColor'
}

function parsed(value: unknown): Branding {
  const given = branding.safeParse(value)
  return given.success ? brandingOfFile(given.data) : {}
}
