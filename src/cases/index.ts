export {
  breakerOf,
  caseJsonSchema,
  limitsOf,
  momentOf,
  parseCase,
  type Case,
  type CaseAnswer,
} from './case.ts'
export { caseCalls, type MissingAnswer } from './case-calls.ts'
export { maskedCase } from './masked-case.ts'
export { expectationDifference } from './expectation.ts'
