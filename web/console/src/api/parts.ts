import { newKey, send, type Command } from './client'

/** How many bytes of a file are sent at once, as the API takes them. */
export const partSize = 512 * 1024

async function encoded(part: Blob): Promise<string> {
  const bytes = new Uint8Array(await part.arrayBuffer())
  let text = ''
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000))
  return btoa(text)
}

type Sending<T> = {
  from?: number // parts that are there
  part: (number: number, content: string) => Command
  sent: (bytes: number, answer: T) => void
  stopped?: () => boolean
}

/** Sends a file part by part, and returns the last answer; nothing if it was stopped. A part that is there may come again. */
export async function sendParts<T>(file: Blob, { from = 0, part, sent, stopped }: Sending<T>): Promise<T | undefined> {
  let answer: T | undefined
  for (let n = from, at = from * partSize; at < file.size; n++, at += partSize) {
    if (stopped?.()) return undefined
    answer = await send<T>(part(n + 1, await encoded(file.slice(at, at + partSize))), newKey())
    sent(Math.min(at + partSize, file.size), answer)
  }
  return answer
}
