import { Button, FileInput, Group, Modal, Progress, Radio, Stack, Text } from '@mantine/core'
import { IconFileImport } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { type DragEvent, useState } from 'react'
import { Problem } from '../api/problem'
import { useWords } from '../language'
import { percent } from '../part/format'
import { Refusal } from '../part/Refusal'
import { useFocusBack } from '../part/useFocusBack'
import classes from './imports.module.css'
import { type Format, formats } from './table'
import { useUpload } from './upload'

/** A file is chosen or dropped, and what it holds; then it is sent. */
export function NewImport({ close }: { close: () => void }) {
  const { t } = useWords()
  useFocusBack()
  return (
    <Modal opened onClose={close} title={t('imports/new')} closeButtonProps={{ 'aria-label': t('keys/close') }}>
      <Body close={close} />
    </Modal>
  )
}

function Body({ close }: { close: () => void }) {
  const { t, locale } = useWords()
  const go = useNavigate()
  const [file, setFile] = useState<File | null>(null)
  const [format, setFormat] = useState<Format>('products')
  const [over, setOver] = useState(false)
  const { upload, sent } = useUpload((id) => void go({ to: '/imports/$id', params: { id } }))
  const atFile = (pointer?: string) => pointer === '/size' || pointer === '/name'
  const wrong = upload.error instanceof Problem ? upload.error.faults.filter((f) => atFile(f.pointer)) : []

  function choose(file: File | null) {
    upload.reset()
    setFile(file)
  }

  function drop(e: DragEvent) {
    e.preventDefault()
    setOver(false)
    choose(e.dataTransfer.files[0] ?? null)
  }

  return (
    <form
      noValidate
      onSubmit={(e) => {
        e.preventDefault()
        if (file) upload.mutate({ file, format })
      }}
    >
      <Stack gap="md">
        <Refusal error={upload.error} atInput={(f) => atFile(f.pointer)} />
        <div
          className={classes.drop}
          data-over={over || undefined}
          onDragOver={(e) => {
            e.preventDefault()
            setOver(true)
          }}
          onDragLeave={() => setOver(false)}
          onDrop={drop}
        >
          <FileInput
            label={t('imports/file')}
            description={t('imports/fileHint')}
            placeholder={t('imports/choose')}
            accept=".csv,.tsv,.txt,.jsonl,.ndjson,.xlsx"
            leftSection={<IconFileImport size={16} />}
            value={file}
            onChange={choose}
            error={wrong.length > 0 && wrong.map((f) => [f.detail, f.remedy].filter(Boolean).join('. ')).join(' ')}
            data-autofocus
          />
        </div>
        <Radio.Group label={t('imports/format')} value={format} onChange={(value) => setFormat(value as Format)}>
          <Group gap="md" mt={6}>
            {formats.map((value) => (
              <Radio key={value} value={value} label={t(`importFormat/${value}`)} />
            ))}
          </Group>
        </Radio.Group>
        {upload.isPending && (
          <div>
            <Progress value={100 * sent} aria-label={t('imports/progress')} />
            <Text size="sm" c="dimmed" mt={4} role="status">
              {t('imports/uploaded', { share: percent(String(sent), locale) })}
            </Text>
          </div>
        )}
        <Group justify="end" gap="sm">
          <Button variant="default" onClick={close}>
            {t('input/dismiss')}
          </Button>
          <Button type="submit" disabled={!file} loading={upload.isPending}>
            {upload.error && sent > 0 ? t('imports/again') : t('imports/upload')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
