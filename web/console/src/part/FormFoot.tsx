import { Button, Collapse, Group } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { type Command, curl } from '../api/client'
import { useWords } from '../language'
import { Curl } from './Curl'
import part from './part.module.css'

type Props = {
  command: () => Command // that the form would send now
  label: string // of the button that sends it
  final?: boolean // can't be undone
  busy: boolean
  focused: boolean // at first: where there is nothing to fill in
  close: () => void
}

/** The end of a command's form: the same as curl, a way out, and the button that sends it. */
export function FormFoot({ command, label, final, busy, focused, close }: Props) {
  const { t } = useWords()
  const [asCurl, { toggle }] = useDisclosure()
  return (
    <>
      <Collapse expanded={asCurl}>
        <Curl text={asCurl ? curl(command()) : ''} />
      </Collapse>
      <Group justify="space-between">
        <Button variant="subtle" color="gray" onClick={toggle} aria-expanded={asCurl}>
          {t('order/curl')}
        </Button>
        <Group gap="sm">
          <Button variant="default" onClick={close}>
            {t('input/dismiss')}
          </Button>
          <Button type="submit" color={final ? 'red' : undefined} className={final ? part.final : undefined} loading={busy} data-autofocus={focused || undefined}>
            {label}
          </Button>
        </Group>
      </Group>
    </>
  )
}
