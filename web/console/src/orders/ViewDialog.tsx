import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { type FormEvent, useState } from 'react'
import { newKey } from '../api/client'
import { Problem } from '../api/problem'
import { useWords } from '../language'
import part from '../part/part.module.css'
import { Refusal } from '../part/Refusal'
import { useFocusBack } from '../part/useFocusBack'
import { useViewCommand, type View, type ViewCommand, type ViewFacts } from './useViews'

/** What is asked about a view: its first name, another one, or whether somebody is sure. */
export type Question = { about: 'save'; facts: ViewFacts } | { about: 'rename' | 'share' | 'remove'; view: View }

type Props = { question: Question; close: () => void; done: (about: Question['about'], view: View) => void }

export default function ViewDialog({ question, close, done }: Props) {
  const { t } = useWords()
  useFocusBack()
  const title = question.about === 'save' ? t('view/save') : `${t(`view/${question.about}`)} · ${question.view.name}`
  return (
    <Modal opened onClose={close} title={<bdi>{title}</bdi>} closeButtonProps={{ 'aria-label': t('keys/close') }}>
      <Body question={question} close={close} done={done} />
    </Modal>
  )
}

function Body({ question, close, done }: Props) {
  const { t } = useWords()
  const [key] = useState(newKey) // one per dialog: a second try does nothing twice
  const [name, setName] = useState(question.about === 'rename' ? question.view.name : '')
  const give = useViewCommand()
  const named = question.about === 'save' || question.about === 'rename'
  const atName = named && give.error instanceof Problem ? give.error.faults.find((f) => f.pointer === '/name') : undefined

  function submit(e: FormEvent) {
    e.preventDefault()
    give.mutate({ command: commandOf(question, name.trim()), key }, {
      onSuccess: (view) => {
        notifications.show({ message: t(`view/${question.about}Done`, { name: view.name }), color: 'accent' })
        done(question.about, view)
        close()
      },
    })
  }

  return (
    <form noValidate onSubmit={submit}>
      <Stack gap="md">
        <Text c="dimmed">{t(`view/${question.about}Lead`)}</Text>
        <Refusal error={give.error} atInput={(f) => f === atName} />
        {named && <TextInput label={t('view/name')} value={name} onChange={(e) => setName(e.currentTarget.value)} error={atName?.detail} maxLength={100} dir="auto" autoComplete="off" data-autofocus />}
        <Group justify="end" gap="sm">
          <Button variant="default" onClick={close}>
            {t('input/dismiss')}
          </Button>
          <Button type="submit" color={question.about === 'remove' ? 'red' : undefined} className={question.about === 'remove' ? part.final : undefined} loading={give.isPending} data-autofocus={!named || undefined}>
            {t(`view/${question.about}`)}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function commandOf(question: Question, name: string): ViewCommand {
  switch (question.about) {
    case 'save':
      return { do: 'save', facts: { ...question.facts, name } }
    case 'rename':
      return { do: 'change', view: question.view, facts: { name, filter: question.view.filter, sort: question.view.sort, columns: question.view.columns } }
    default:
      return { do: question.about, view: question.view }
  }
}
