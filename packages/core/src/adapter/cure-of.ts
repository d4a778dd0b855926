/** An error may be wrapped this often and still be understood. */
const MAX_CAUSES = 5

const PERMISSION = 'Give this user the right to write there.'
const NAME = 'Correct the name of the host, or repair the resolution of names.'
const SWALLOWED = 'See whether the address is wrong, or a firewall swallows what is sent.'
const ROOM = 'Make room on the disk.'
const UNKNOWN_SIGNER = 'Give the adapter the certificate of the authority that signed that of the server.'

/** What to do, by the code of an error of Node or the system. An adapter that knows better has `cure` on its error. */
const CURES: ReadonlyMap<string, string> = new Map([
  ['MODULE_NOT_FOUND', 'Install the package that the message names.'],
  ['ERR_MODULE_NOT_FOUND', 'Install the package that the message names.'],
  ['ERR_DLOPEN_DISABLED', 'Start Node.js with `--allow-addons` beside `--permission`.'],
  ['ECONNREFUSED', 'Start the server, or correct host and port: nothing listens there.'],
  ['ENOTFOUND', NAME],
  ['EAI_AGAIN', NAME],
  ['TIMED_OUT', SWALLOWED],
  ['ETIMEDOUT', SWALLOWED],
  ['EHOSTUNREACH', SWALLOWED],
  ['ENETUNREACH', SWALLOWED],
  ['EACCES', PERMISSION],
  ['EPERM', PERMISSION],
  ['EROFS', 'Choose a place that can be written to: this one is read-only.'],
  ['ENOENT', 'Make what the message names, or correct the path.'],
  ['EEXIST', 'Repair or remove what stands in the way: a file, or a link that leads nowhere.'],
  ['ENOTDIR', 'Correct the path: a part of it is a file and no folder.'],
  ['EISDIR', 'Correct the path: it leads to a folder and no file.'],
  ['ELOOP', 'Correct the path: its links lead in a circle.'],
  ['EMFILE', 'Raise the limit of open files, or look for what opens so many.'],
  ['ENFILE', 'See who opens so many files: the machine has no more.'],
  ['ENOSPC', ROOM],
  ['EDQUOT', ROOM],
  ['EPIPE', 'Start the program that reads: nobody does.'],
  ['CERT_HAS_EXPIRED', 'Renew the certificate of the server.'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', UNKNOWN_SIGNER],
  ['SELF_SIGNED_CERT_IN_CHAIN', UNKNOWN_SIGNER],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', UNKNOWN_SIGNER],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', UNKNOWN_SIGNER],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'Use a name of the host that its certificate has.'],
])

/** What to do about a failure, in a sentence for people: what the error itself knows (`cure`), else by the code of Node or the system. */
export function cureOf(trouble: unknown): string | undefined {
  try {
    const chain = causesOf(trouble)
    const own = chain.map((error) => textOf(error, 'cure')).find((cure) => cure !== undefined)
    return own ?? chain.map((error) => CURES.get(textOf(error, 'code') ?? '')).find((cure) => cure !== undefined)
  } catch {
    // what cannot even be looked at has none
    return undefined
  }
}

function causesOf(error: unknown): readonly unknown[] {
  const chain = [error]
  let next = error
  while (chain.length < MAX_CAUSES && next instanceof Error && next.cause !== undefined) {
    next = next.cause
    chain.push(next)
  }
  return chain
}

function textOf(value: unknown, key: string): string | undefined {
  const text: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
  return typeof text === 'string' && text !== '' ? text : undefined
}
