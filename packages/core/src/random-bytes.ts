/** Bytes that nobody can guess. Their module takes 4 ms to load, so it waits until the first are wanted. */
export function randomBytes(size: number): Buffer {
  return process.getBuiltinModule('node:crypto').randomBytes(size)
}
