export { checkPath } from './check-path.js'
export { checkPattern } from './check-pattern.js'
