import { Button, Group, Modal, Radio, Select, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type Command, newKey, request, send } from '../api/client'
import { useWords } from '../language'
import { keyOf } from '../order/useOrder'
import { Refusal } from '../part/Refusal'
import { useFocusBack } from '../part/useFocusBack'
import { type Attachment, kinds } from './useAttachments'

type Props = { attachment: Attachment; close: () => void }

/** Gives a command about a file on an order; the same again after a lost answer does nothing twice. */
function useGive({ attachment, close }: Props, done: string) {
  const client = useQueryClient()
  const [key, setKey] = useState(newKey)
  return useMutation({
    mutationFn: (command: Command) => send<Attachment>(command, key),
    onSuccess: () => {
      notifications.show({ message: done, color: 'accent' })
      close()
    },
    onError: () => setKey(newKey()),
    onSettled: () => client.invalidateQueries({ queryKey: keyOf(attachment.order_id) }),
  })
}

/** What a file is, and who may read it. */
export function ChangeForm({ attachment: a, close }: Props) {
  const { t } = useWords()
  useFocusBack()
  const [kind, setKind] = useState(a.kind)
  const [visibility, setVisibility] = useState(a.visibility)
  const give = useGive({ attachment: a, close }, t('attachments/changed'))
  const opens = visibility === 'customer' && a.visibility === 'staff'
  return (
    <Modal opened onClose={close} title={t('attachments/change')} closeButtonProps={{ 'aria-label': t('keys/close') }}>
      <form
        noValidate
        onSubmit={(e) => {
          e.preventDefault()
          give.mutate(request('put', '/v1/attachments/{id}', [a.id], { kind, visibility }))
        }}
      >
        <Stack gap="md">
          <Refusal error={give.error} atInput={() => false} />
          <Text>
            <bdi>{a.file.name}</bdi>
          </Text>
          <Select
            label={t('attachments/kind')}
            data={kinds.map((value) => ({ value, label: t(`attachmentKind/${value}`) }))}
            value={kind}
            onChange={(value) => setKind(value as Attachment['kind'])}
            allowDeselect={false}
            data-autofocus
          />
          <Radio.Group label={t('attachments/visibility')} value={visibility} onChange={(value) => setVisibility(value as Attachment['visibility'])}>
            <Stack gap={6} mt={6}>
              <Radio value="staff" label={t('attachments/forStaff')} />
              <Radio value="customer" label={t('attachments/forCustomer')} />
            </Stack>
          </Radio.Group>
          {opens && (
            <Text size="sm" role="status">
              {t('attachments/opens')}
            </Text>
          )}
          <Group justify="end" gap="sm">
            <Button variant="default" onClick={close}>
              {t('input/dismiss')}
            </Button>
            <Button type="submit" loading={give.isPending}>
              {t(opens ? 'attachments/open' : 'attachments/save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

/** Asks before a file goes. */
export function RemoveForm({ attachment: a, close }: Props) {
  const { t } = useWords()
  useFocusBack()
  const give = useGive({ attachment: a, close }, t('attachments/removed'))
  return (
    <Modal opened onClose={close} title={t('attachments/remove')} closeButtonProps={{ 'aria-label': t('keys/close') }}>
      <Stack gap="md">
        <Refusal error={give.error} atInput={() => false} />
        <Text>
          <bdi>{a.file.name}</bdi>
        </Text>
        <Text>{t('attachments/removeText', { count: a.revision })}</Text>
        <Group justify="end" gap="sm">
          <Button variant="default" onClick={close} data-autofocus>
            {t('input/dismiss')}
          </Button>
          <Button color="red" loading={give.isPending} onClick={() => give.mutate(request('delete', '/v1/attachments/{id}', [a.id]))}>
            {t('attachments/removeYes')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
