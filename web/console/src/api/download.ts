import { Problem, Unreachable } from './problem'

/** Loads a file of the API and hands it to the browser, under the name that the server gives it. */
export async function download(path: string): Promise<void> {
  const answer = await fetch(path).catch((error: unknown) => {
    throw new Unreachable(String(error))
  })
  if (!answer.ok) throw new Problem(answer.status, await answer.json().catch(() => ({})))
  const name = named(answer.headers.get('Content-Disposition') ?? '')
  const address = URL.createObjectURL(await answer.blob())
  const link = Object.assign(document.createElement('a'), { href: address, download: name ?? 'orders' })
  link.click()
  URL.revokeObjectURL(address)
}

/** The name of a file in a header, as it is or encoded. */
export function named(disposition: string): string | undefined {
  const encoded = /filename\*=utf-8''([^;]+)/i.exec(disposition)?.[1]
  if (encoded) return decodeURIComponent(encoded)
  return /filename=(?:"((?:[^"\\]|\\.)+)"|([^;]+))/.exec(disposition)?.slice(1).find(Boolean)?.replace(/\\(.)/g, '$1')
}
