import { useMutation } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { command, newKey, request, send } from '../api/client'
import { sendParts } from '../api/parts'
import type { Format, TableImport } from './table'

/** Sends a file part by part. After a failure it goes on where it was: a part that is there may come again. */
export function useUpload(done: (id: string) => void) {
  const [sent, setSent] = useState(0)
  const begun = useRef<{ file: File; format: Format; key: string; id?: string } | null>(null)
  const upload = useMutation({
    mutationFn: async ({ file, format }: { file: File; format: Format }) => {
      if (begun.current?.file !== file || begun.current.format !== format) begun.current = { file, format, key: newKey() }
      const of = begun.current
      const id = (of.id ??= (await send<TableImport>(command('/v1/imports', [], { name: file.name, format, size: file.size }), of.key)).id)
      await sendParts(file, {
        part: (number, content) => request('put', '/v1/imports/{id}/parts/{part}', [id, String(number)], { content }),
        sent: (bytes) => setSent(bytes / file.size),
      })
      return id
    },
    onSuccess: done,
  })
  return { upload, sent }
}
