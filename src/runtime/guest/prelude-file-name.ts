// The name under which the prelude is compiled, as it stands in stacks. A leaf: both sides of the wall read it.
export const preludeFileName = 'mintage:prelude'
