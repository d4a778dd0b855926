import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Shown by npm and pnpm when the network or the registry is at fault, not the workspace. */
const NETWORK_FAULT =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNRESET|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|EPIPE|ERR_SOCKET_TIMEOUT|ERR_PNPM_FETCH_(429|5\d\d)|ERR_PNPM_META_FETCH_FAIL|E429|E50[0234])\b/

/** Where systems keep the certificates that they trust: Debian, Fedora, Alpine and macOS. */
const SYSTEM_CERTIFICATES = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt', '/etc/ssl/cert.pem']

/** The npm that came with this Node, or that started this script: the command and its first arguments. */
export function npm() {
  const prefix = dirname(process.execPath)
  const places = [
    process.env.npm_execpath,
    join(prefix, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(prefix, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ]
  const cli = places.find((path) => path?.endsWith('npm-cli.js') && existsSync(path))
  return cli === undefined ? { file: 'npm', args: [] } : { file: process.execPath, args: [cli] }
}

/**
 * No questions; short retries, because `withRetries` comes on top and an offline machine should hear about it soon; and the
 * certificates of the system beside Node's own, as other programs have them: a proxy may need them.
 */
export function npmEnvironment() {
  const certificates = SYSTEM_CERTIFICATES.find((path) => existsSync(path))
  return {
    ...(certificates === undefined ? {} : { NODE_EXTRA_CA_CERTS: certificates }),
    ...process.env,
    CI: 'true',
    npm_config_fetch_retries: '2',
    npm_config_fetch_retry_mintimeout: '1000',
    npm_config_fetch_retry_maxtimeout: '5000',
    npm_config_update_notifier: 'false',
  }
}

/** Which fault of the network a failed command met, if any. */
export function networkFault(output) {
  return NETWORK_FAULT.exec(output)?.[1]
}

/** Calls `work` up to three times, as long as it fails because of the network. */
export async function withRetries(work, { attempts = 3, pauseMs = 2000 } = {}) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt === attempts || networkFault(error.output ?? '') === undefined) throw error
      await new Promise((resolve) => setTimeout(resolve, pauseMs * attempt))
    }
  }
}
