export {
  brandingFields,
  brandingFileKinds,
  parseBranding,
  themes,
  type Branding,
  type BrandingField,
  type BrandingFileKind,
  type BrandingOwner,
} from './branding.ts'
export { hexOf, hslOf, parseColour } from './colour.ts'
export { contrastProblems, contrastText, type ContrastProblem } from './contrast-problems.ts'
export { imageExtension, imageProblem, imageTypeOf, isImageType, type ImageType } from './image.ts'
