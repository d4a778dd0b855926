import { closeSync, fstatSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { createServer } from 'node:net'
import { soakFolder } from '../layout.js'

/** A log server: takes whole batches, writes them to its file, then answers. It may be killed at any moment. */
const { socket, sunk } = soakFolder(process.argv[2] ?? '')
const fd = openSync(sunk, 'a+')
const { size } = fstatSync(fd)
const last = Buffer.alloc(1)
if (size > 0 && readSync(fd, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a) writeSync(fd, '\n')
rmSync(socket, { force: true })
createServer({ allowHalfOpen: true }, (connection) => {
  const chunks: Buffer[] = []
  connection.on('data', (chunk: Buffer) => chunks.push(chunk))
  connection.once('end', () => {
    const bytes = Buffer.concat(chunks)
    // what was cut off when its sender was killed has not been asked for
    if (bytes.at(-1) !== 0x0a) return connection.destroy()
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done)
    return connection.end('ok')
  })
  connection.once('error', () => connection.destroy())
}).listen(socket)
process.once('exit', () => closeSync(fd))
