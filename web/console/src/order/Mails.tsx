import { Alert, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, command, newKey, send } from '../api/client'
import { useMay } from '../api/me'
import { Problem } from '../api/problem'
import { useWords } from '../language'
import { Card } from '../part/Card'
import { spoken } from '../part/format'
import { Moment, useNow } from '../part/Moment'
import part from '../part/part.module.css'
import { Status } from '../part/Status'
import { useFocusBack } from '../part/useFocusBack'
import classes from './order.module.css'
import { keyOf, type Mail, useMails, type Whole } from './useOrder'

/** What the customer was told by mail, and what became of each; nothing for who may not see it. */
export function Mails({ order }: { order: Whole }) {
  const { t } = useWords()
  const { data, error } = useMails(order.id)
  const [shown, show] = useState<Mail>()
  const [again, resend] = useState<Mail>()
  if (!order.number || error || !data) return null
  return (
    <Card title={t('order/mails')}>
      <ul className={classes.rows}>
        {data.map((m) => (
          <Row key={m.id} mail={m} show={() => show(m)} resend={() => resend(m)} />
        ))}
        {data.length === 0 && (
          <Text component="li" c="dimmed" size="sm">
            {t('order/noMails')}
          </Text>
        )}
      </ul>
      {shown && <Words mail={shown} close={() => show(undefined)} />}
      {again && <Again mail={again} order={order} close={() => resend(undefined)} />}
    </Card>
  )
}

function Row({ mail, show, resend }: { mail: Mail; show: () => void; resend: () => void }) {
  const { t, locale } = useWords()
  const now = useNow()
  const may = useMay()
  const over = mail.state !== 'waiting' && mail.state !== 'sending'
  return (
    <li>
      <div>
        <Group gap="sm">
          <Text fw={560}>{t(`template/${mail.template}`)}</Text>
          <Text size="sm" c="dimmed">
            <Moment at={mail.ended_at ?? mail.created_at} />
          </Text>
        </Group>
        <div className={classes.facts}>
          {mail.recipient && (
            <span>
              <bdi>{mail.recipient}</bdi>
            </span>
          )}
          {mail.reason && <span>{t(`mailReason/${mail.reason}`)}</span>}
          {mail.state !== 'sent' && mail.tries > 0 && <span>{t('order/mailTries', { count: mail.tries })}</span>}
          {mail.state === 'waiting' && mail.tries > 0 && mail.next_at && <span>{t('order/mailNext', { when: spoken(new Date(mail.next_at), now, locale) })}</span>}
          {mail.state !== 'sent' && mail.answer && (
            <span>
              <bdi>{mail.answer}</bdi>
            </span>
          )}
        </div>
      </div>
      <Group gap="sm">
        <Status of="mail" is={mail.state} />
        {mail.subject && (
          <Button variant="default" size="compact-sm" onClick={show}>
            {t('order/mailShow')}
          </Button>
        )}
        {over && may('mail.resend') && (
          <Button variant="default" size="compact-sm" onClick={resend}>
            {t('order/mailResend')}
          </Button>
        )}
      </Group>
    </li>
  )
}

/** A mail as it is sent, without its looks. */
function Words({ mail, close }: { mail: Mail; close: () => void }) {
  const { t } = useWords()
  useFocusBack()
  const { data } = useQuery({
    queryKey: ['mail', mail.id],
    queryFn: async ({ signal }) => (await api.GET('/v1/mails/{id}', { params: { path: { id: mail.id } }, signal })).data!,
  })
  return (
    <Modal opened onClose={close} title={mail.subject} size="lg" closeButtonProps={{ 'aria-label': t('keys/close') }}>
      <Text c="dimmed" size="sm" mb="md">
        {t('order/mailTo')} <bdi>{mail.recipient}</bdi>
      </Text>
      <Text component="pre" lang={mail.language} dir="auto" className={classes.mail} tabIndex={0}>
        {data?.text}
      </Text>
    </Modal>
  )
}

function Again({ mail, order, close }: { mail: Mail; order: Whole; close: () => void }) {
  const { t } = useWords()
  const client = useQueryClient()
  useFocusBack()
  const [recipient, write] = useState(mail.recipient ?? '')
  const [key] = useState(newKey)
  const give = useMutation({
    mutationFn: () => send<Mail>(command('/v1/mails/{id}/resend', [mail.id], recipient && recipient !== mail.recipient ? { recipient } : {}), key),
    onSuccess: () => {
      notifications.show({ message: t('order/mailResent'), color: 'accent' })
      close()
    },
    onSettled: () => client.invalidateQueries({ queryKey: keyOf(order.id) }),
  })
  const fault = give.error instanceof Problem ? give.error.faults[0] : undefined
  return (
    <Modal opened onClose={close} title={`${t('order/mailResend')} · ${t(`template/${mail.template}`)}`} closeButtonProps={{ 'aria-label': t('keys/close') }}>
      <form
        noValidate
        onSubmit={(e) => {
          e.preventDefault()
          give.mutate()
        }}
      >
        <Stack gap="md">
          <Text c="dimmed">{t(mail.state === 'unknown' ? 'order/mailMaybe' : 'order/mailResendLead')}</Text>
          {give.error && !fault && (
            <Alert role="alert" className={part.refusal} title={t('state/unreachable')}>
              {t('offline/text')}
            </Alert>
          )}
          <TextInput label={t('order/mailTo')} type="email" value={recipient} onChange={(e) => write(e.currentTarget.value)} error={fault?.detail} data-autofocus />
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={close}>
              {t('input/dismiss')}
            </Button>
            <Button type="submit" loading={give.isPending}>
              {t('order/mailResend')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
