import { Problem, Unreachable } from './problem'

/** Loads a file of the API and hands it to the browser, under the name that the server gives it. */
export async function download(path: string): Promise<void> {
  const answer = await fetch(path).catch((error: unknown) => {
    throw new Unreachable(String(error))
  })
  if (!answer.ok) throw new Problem(answer.status, await answer.json().catch(() => ({})))
  const name = /filename="([^"]+)"/.exec(answer.headers.get('Content-Disposition') ?? '')?.[1]
  const address = URL.createObjectURL(await answer.blob())
  const link = Object.assign(document.createElement('a'), { href: address, download: name ?? 'orders' })
  link.click()
  URL.revokeObjectURL(address)
}
