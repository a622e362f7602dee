import { Button, FileButton, Skeleton, Text } from '@mantine/core'
import { IconPaperclip } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { type DragEvent, useCallback, useEffect, useState } from 'react'
import { useMay } from '../api/me'
import { Problem } from '../api/problem'
import { useWords } from '../language'
import orderClasses from '../order/order.module.css'
import { keyOf, type Whole } from '../order/useOrder'
import { Card } from '../part/Card'
import { Failure } from '../part/Screen'
import classes from './attachments.module.css'
import { Attached } from './Attached'
import { OnItsWay } from './OnItsWay'
import { sendFiles, useUploads } from './uploads'
import { useAttachments } from './useAttachments'

/** The kinds of files that an order takes, for the dialog that chooses one. What a file is, the server decides by its content. */
export const accepted = '.pdf,.png,.jpg,.jpeg,.gif,.webp,.tif,.tiff,.bmp,.heic,.heif,.avif,.doc,.docx,.xls,.xlsx,.ppt,.pptx,.odt,.ods,.odp,.csv'

/** The files on the order: they are chosen, dropped or pasted, and loaded. */
export function Attachments({ order }: { order: Whole }) {
  const { t } = useWords()
  const may = useMay()
  const client = useQueryClient()
  const { data, error, refetch } = useAttachments(order.id)
  const uploads = useUploads(order.id)
  const [over, setOver] = useState(false)
  const adds = may('attachment.upload')
  const done = useCallback(() => void client.invalidateQueries({ queryKey: keyOf(order.id) }), [client, order.id])
  const add = useCallback((files: File[], attachment?: string) => sendFiles(order.id, files, done, attachment), [order.id, done])
  usePaste(adds, add)
  if (error instanceof Problem && error.status === 403) return null

  function drop(e: DragEvent) {
    e.preventDefault()
    setOver(false)
    add([...e.dataTransfer.files])
  }

  return (
    <div
      className={classes.drop}
      data-over={(adds && over) || undefined}
      onDragOver={(e) => {
        if (!adds || !e.dataTransfer.types.includes('Files')) return
        e.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={adds ? drop : undefined}
    >
      <Card
        title={t('attachments/title')}
        aside={
          adds && (
            <FileButton multiple accept={accepted} onChange={(files) => add(files)}>
              {(props) => (
                <Button {...props} variant="default" size="compact-sm" leftSection={<IconPaperclip size={14} />}>
                  {t('attachments/add')}
                </Button>
              )}
            </FileButton>
          )
        }
      >
        {error ? (
          <Failure error={error} retry={() => void refetch()} />
        ) : !data ? (
          <Skeleton height={44} />
        ) : (
          <ul className={orderClasses.rows}>
            {uploads.map((u) => (
              <OnItsWay key={u.key} upload={u} done={done} />
            ))}
            {data.map((a) => (
              <Attached key={a.id} attachment={a} replace={(file) => add([file], a.id)} />
            ))}
            {data.length + uploads.length === 0 && (
              <Text component="li" c="dimmed" size="sm">
                {t(adds ? 'attachments/none' : 'attachments/noneToSee')}
              </Text>
            )}
          </ul>
        )}
      </Card>
    </div>
  )
}

/** A picture or a file that is pasted anywhere on the page, but not into a dialog. */
function usePaste(adds: boolean, add: (files: File[]) => void) {
  useEffect(() => {
    if (!adds) return
    const paste = (e: ClipboardEvent) => {
      const files = [...(e.clipboardData?.files ?? [])]
      if (files.length === 0 || e.clipboardData?.types.includes('text/plain') || document.querySelector('[role=dialog]')) return
      e.preventDefault()
      add(files)
    }
    document.addEventListener('paste', paste)
    return () => document.removeEventListener('paste', paste)
  }, [adds, add])
}
