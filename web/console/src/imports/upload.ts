import { useMutation } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { command, newKey, request, send } from '../api/client'
import type { Format, TableImport } from './table'

const partSize = 512 * 1024 // bytes, as the API takes them

/** The parts of a file, as base64. */
async function encoded(part: Blob): Promise<string> {
  const bytes = new Uint8Array(await part.arrayBuffer())
  let text = ''
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000))
  return btoa(text)
}

/** Sends a file part by part. After a failure it goes on where it was: a part that is there may come again. */
export function useUpload(done: (id: string) => void) {
  const [sent, setSent] = useState(0)
  const begun = useRef<{ file: File; format: Format; key: string; id?: string } | null>(null)
  const upload = useMutation({
    mutationFn: async ({ file, format }: { file: File; format: Format }) => {
      if (begun.current?.file !== file || begun.current.format !== format) begun.current = { file, format, key: newKey() }
      const of = begun.current
      const id = (of.id ??= (await send<TableImport>(command('/v1/imports', [], { name: file.name, format, size: file.size }), of.key)).id)
      for (let part = 1, at = 0; at < file.size; part++, at += partSize) {
        const content = await encoded(file.slice(at, at + partSize))
        await send(request('put', '/v1/imports/{id}/parts/{part}', [id, String(part)], { content }), newKey())
        setSent(Math.min(at + partSize, file.size) / file.size)
      }
      return id
    },
    onSuccess: done,
  })
  return { upload, sent }
}
