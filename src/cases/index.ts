export { caseJsonSchema, clockOf, parseCase } from './case.ts'
export { caseCalls } from './case-calls.ts'
export { expectationDifference } from './expectation.ts'
