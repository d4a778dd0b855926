// Strings and regular expressions are matched so that a comment inside them is not taken for one, and kept.
const TOKENS =
  /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`|\/\/[^\n]*|\/\*[\s\S]*?\*\/|(?<=[=(,:;!&|?{}[\n]\s*|return )\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/g
const IMPORTS = [
  /(?<=^|;)[ \t]*(?:import|export)\s(?:[^'"`;=()]*?\sfrom\s*)?['"]([^'"\n]+)['"]/gm,
  /\bimport\s*\(\s*['"]([^'"\n]+)['"]/g,
  /\brequire(?:\.resolve)?\s*\(\s*['"]([^'"\n]+)['"]/g,
]

/** The module specifiers that a TypeScript or JavaScript text imports or re-exports, types and dynamic imports included. */
export function importsOf(text) {
  const code = text.replaceAll(TOKENS, (token) => {
    if (token.startsWith('//') || token.startsWith('/*')) return ' '
    return token.startsWith('`') || /^['"].*['"`\s].*['"]$/s.test(token) ? "''" : token // no specifier has quotes or blanks in it
  })
  return [...new Set(IMPORTS.flatMap((pattern) => [...code.matchAll(pattern)].map(([, specifier]) => specifier)))]
}
