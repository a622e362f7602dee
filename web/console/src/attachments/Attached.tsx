import { ActionIcon, FileButton, Menu, Skeleton } from '@mantine/core'
import { IconDots, IconFile, IconFileSpreadsheet, IconFileText, IconPhoto } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { useMay } from '../api/me'
import { useWords } from '../language'
import orderClasses from '../order/order.module.css'
import { Moment } from '../part/Moment'
import { Failure } from '../part/Screen'
import { useDownload } from '../part/useDownload'
import { accepted } from './Attachments'
import classes from './attachments.module.css'
import { ChangeForm, RemoveForm } from './Forms'
import { inBytes } from './size'
import { type AttachedFile, type Attachment, useVersions } from './useAttachments'

/** What a type of file looks like. */
function Icon({ type }: { type?: string }) {
  if (type?.startsWith('image/')) return <IconPhoto size={18} aria-hidden />
  if (type === 'text/csv' || type?.includes('sheet') || type?.includes('excel')) return <IconFileSpreadsheet size={18} aria-hidden />
  if (type === 'application/pdf' || type?.includes('word') || type?.includes('text')) return <IconFileText size={18} aria-hidden />
  return <IconFile size={18} aria-hidden />
}

/** A file on the order: what it is, who sent it when, its versions, and what can be done with it. */
export function Attached({ attachment: a, replace }: { attachment: Attachment; replace: (file: File) => void }) {
  const { t, locale } = useWords()
  const [open, setOpen] = useState(false)
  const [form, setForm] = useState<'change' | 'remove'>()
  const versions = useVersions(a, open)
  const older = versions.data?.filter((f) => f.revision !== a.revision)
  return (
    <li>
      <div className={classes.file}>
        <Icon type={a.file.type} />
        <div>
          <Load file={a.file} />
          <div className={orderClasses.facts}>
            <span>{t(`attachmentKind/${a.kind}`)}</span>
            <span>{t(a.visibility === 'customer' ? 'attachments/forCustomer' : 'attachments/forStaff')}</span>
            <bdi>{inBytes(a.file.size, locale)}</bdi>
            <By file={a.file} />
            {a.revision > 1 && <span>{t('attachments/version', { number: a.revision })}</span>}
          </div>
        </div>
      </div>
      <Actions attachment={a} open={open} toggle={() => setOpen(!open)} replace={replace} ask={setForm} />
      {open && (
        <ul className={classes.versions} aria-label={t('attachments/versionsOf', { name: a.file.name })}>
          {versions.error ? (
            <Failure error={versions.error} retry={() => void versions.refetch()} />
          ) : !older ? (
            <Skeleton height={20} />
          ) : (
            older.map((f) => (
              <li key={f.id}>
                <Load file={f} />
                <div className={orderClasses.facts}>
                  <span>{t('attachments/version', { number: f.revision })}</span>
                  <bdi>{inBytes(f.size, locale)}</bdi>
                  <By file={f} />
                </div>
              </li>
            ))
          )}
        </ul>
      )}
      {form === 'change' && <ChangeForm attachment={a} close={() => setForm(undefined)} />}
      {form === 'remove' && <RemoveForm attachment={a} close={() => setForm(undefined)} />}
    </li>
  )
}

function By({ file }: { file: AttachedFile }) {
  return (
    <span>
      {file.created_by_name && (
        <>
          <bdi>{file.created_by_name}</bdi>,{' '}
        </>
      )}
      <Moment at={file.whole_at ?? file.created_at} />
    </span>
  )
}

/** The name of a file, which loads it. */
function Load({ file }: { file: AttachedFile }) {
  const { t } = useWords()
  const load = useDownload()
  return (
    <button type="button" className={classes.load} disabled={load.isPending} aria-label={t('attachments/loadOne', { name: file.name })} onClick={() => load.mutate(`/v1/files/${file.id}/content`)}>
      <bdi>{file.name}</bdi>
    </button>
  )
}

type ActionsProps = { attachment: Attachment; open: boolean; toggle: () => void; replace: (file: File) => void; ask: (form: 'change' | 'remove') => void }

function Actions({ attachment: a, open, toggle, replace, ask }: ActionsProps) {
  const { t } = useWords()
  const may = useMay()
  const load = useDownload()
  const choose = useRef<() => void>(null)
  return (
    <>
      <FileButton accept={accepted} onChange={(file) => file && replace(file)}>
        {({ onClick }) => {
          choose.current = onClick
          return null
        }}
      </FileButton>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t('attachments/actionsOf', { name: a.file.name })}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => load.mutate(`/v1/files/${a.file.id}/content`)}>{t('attachments/load')}</Menu.Item>
          {a.revision > 1 && <Menu.Item onClick={toggle}>{t(open ? 'attachments/hideOlder' : 'attachments/showOlder')}</Menu.Item>}
          {may('attachment.upload') && <Menu.Item onClick={() => choose.current?.()}>{t('attachments/replace')}</Menu.Item>}
          {may('attachment.change') && <Menu.Item onClick={() => ask('change')}>{t('attachments/change')}</Menu.Item>}
          {may('attachment.remove') && (
            <Menu.Item onClick={() => ask('remove')}>{t('attachments/remove')}</Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
    </>
  )
}
