/** What is read of a request: Node's, Express', Fastify's or the fetch API's. */
interface RequestLike {
  readonly method?: unknown
  readonly url?: unknown
  readonly originalUrl?: unknown
  readonly headers?: unknown
  readonly socket?: { readonly remoteAddress?: unknown } | null
}

/** What is read of a response: Node's, Fastify's reply or the fetch API's. */
interface ResponseLike {
  readonly status?: unknown
  readonly statusCode?: unknown
  readonly headers?: unknown
  readonly getHeaders?: unknown
}

/** The few properties of a request that tell what it was. Anything else, also a plain object that says it all, stays as it is. */
export function describeRequest(value: RequestLike): unknown {
  const { method, url, headers } = value
  if (isPlain(value) || typeof method !== 'string' || typeof url !== 'string') return value
  const { originalUrl } = value
  return {
    method,
    url: typeof originalUrl === 'string' ? originalUrl : url,
    headers,
    remote_address: value.socket?.remoteAddress,
  }
}

/** The status and headers of a response. Anything else stays as it is. */
export function describeResponse(value: ResponseLike): unknown {
  if (isPlain(value)) return value
  const { statusCode, getHeaders } = value
  const status = statusCode ?? value.status
  if (typeof status !== 'number') return value
  return { status, headers: typeof getHeaders === 'function' ? getHeaders.call(value) : value.headers }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
