import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { command, type Schemas } from '../api/client'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { decimal } from '../part/format'
import { Refusal } from '../part/Refusal'
import { useFocusBack } from '../part/useFocusBack'
import { useAct } from '../record/useAct'
import { type Line, toPick } from './work'

type Props = { line: Line; location?: Schemas['Location']; close: () => void; pass: () => void }

/** What to do where goods are not on the shelf: go on without them, or also take them off the books. */
export function Missing({ line, location, close, pass }: Props) {
  const { t, locale } = useWords()
  const may = useMay()
  useFocusBack()
  const most = toPick(line)
  const [typed, type] = useState(most.toLocaleString(locale))
  const quantity = decimal(typed, locale)
  const wrong = quantity === null || Number(quantity) <= 0 || Number(quantity) > most
  const lot = line.lots?.find((l) => l.quantity > l.picked)?.lot
  const book = useAct<unknown, string>({
    request: (gone) => command('/v1/stock/adjustments', [], { location_id: location!.id, reason: 'loss', lines: [{ sku: line.sku, quantity: -Number(gone), ...(lot && { lot }) }] }),
    says: () => t('desk/booked', { sku: line.sku }),
    then: () => {
      close()
      pass()
    },
  })
  return (
    <Modal opened onClose={close} title={t('desk/missingTitle', { sku: line.sku })} closeButtonProps={{ 'aria-label': t('keys/close') }}>
      <Stack>
        <Text>{t('desk/missingText')}</Text>
        <Button
          size="md"
          variant="default"
          data-autofocus
          onClick={() => {
            close()
            pass()
          }}
        >
          {t('desk/without')}
        </Button>
        {location && may('stock.adjust') && (
          <form
            noValidate
            onSubmit={(e) => {
              e.preventDefault()
              if (!wrong) book.mutate(quantity)
            }}
          >
            <Stack>
              <Text c="dimmed">{t('desk/bookText', { location: location.name })}</Text>
              <Refusal error={book.error} />
              <Group align="end" wrap="nowrap">
                <TextInput size="md" style={{ flex: 1 }} label={t('desk/missingQuantity')} inputMode="decimal" dir="ltr" value={typed} onChange={(e) => type(e.currentTarget.value)} error={wrong ? t('desk/upTo', { most: most.toLocaleString(locale) }) : undefined} />
              </Group>
              <Button size="md" color="red" variant="light" type="submit" loading={book.isPending}>
                {t('desk/book')}
              </Button>
            </Stack>
          </form>
        )}
      </Stack>
    </Modal>
  )
}
