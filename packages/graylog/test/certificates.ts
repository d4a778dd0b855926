import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A certificate with its key, and where they stand. */
export interface Certificate {
  readonly certPath: string
  readonly keyPath: string
  readonly cert: string
  readonly key: string
}

/** What a certificate says. */
export interface CertificateWish {
  /** @default `DNS:localhost,IP:127.0.0.1` */
  readonly names?: string
  /** `YYYYMMDDHHMMSSZ`. @default years from now */
  readonly until?: string
}

const CONFIG = (dir: string): string => `
[ca]
default_ca = own
[own]
dir = ${dir}
new_certs_dir = ${dir}
database = ${dir}/index.txt
serial = ${dir}/serial
default_md = sha256
policy = any
copy_extensions = copy
unique_subject = no
[any]
commonName = supplied
[req]
distinguished_name = subject
[subject]
`

/** An authority of a test, made with openssl in a folder of its own. */
export class Authority {
  readonly #dir: string
  #count = 0

  constructor(dir: string) {
    this.#dir = dir
    mkdirSync(dir, { recursive: true })
    writeFileSync(join(dir, 'openssl.cnf'), CONFIG(dir))
    writeFileSync(join(dir, 'index.txt'), '')
    writeFileSync(join(dir, 'serial'), '1000\n')
    this.#openssl('req', '-x509', ...this.#newKey('ca'), '-out', join(dir, 'ca.pem'), '-days', '2', '-subj', '/CN=test authority')
  }

  get caPath(): string {
    return join(this.#dir, 'ca.pem')
  }

  get ca(): string {
    return readFileSync(this.caPath, 'utf8')
  }

  issue({ names = 'DNS:localhost,IP:127.0.0.1', until = '20990101000000Z' }: CertificateWish = {}): Certificate {
    const name = `issued-${++this.#count}`
    const at = (extension: string): string => join(this.#dir, `${name}.${extension}`)
    const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${names}`]
    this.#openssl('req', ...this.#newKey(name), '-out', at('csr'), ...subject)
    const dates = ['-startdate', '20200101000000Z', '-enddate', until]
    const issuer = ['-cert', this.caPath, '-keyfile', join(this.#dir, 'ca.key')]
    this.#openssl('ca', '-batch', '-notext', ...issuer, ...dates, '-in', at('csr'), '-out', at('pem'))
    const [certPath, keyPath] = [at('pem'), at('key')]
    return { certPath, keyPath, cert: readFileSync(certPath, 'utf8'), key: readFileSync(keyPath, 'utf8') }
  }

  #newKey(name: string): readonly string[] {
    return ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', join(this.#dir, `${name}.key`)]
  }

  #openssl(command: string, ...args: readonly string[]): void {
    execFileSync('openssl', [command, '-config', join(this.#dir, 'openssl.cnf'), ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
  }
}
