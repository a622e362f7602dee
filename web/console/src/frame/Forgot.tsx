import { Anchor, Button, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDocumentTitle } from '@mantine/hooks'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api } from '../api/client'
import { useWords } from '../language'
import { Door, faultsAt } from './Door'

/** Asks for a link to set a new password. The answer is the same for everybody. */
export default function Forgot() {
  const { t } = useWords()
  const [minutes, setMinutes] = useState<number>()
  const [error, setError] = useState<unknown>(null)
  const form = useForm({ mode: 'uncontrolled', initialValues: { email: '' } })
  useDocumentTitle(`${t('forgot/title')} · ${t('console/title')}`)

  async function ask(values: { email: string }) {
    setError(null)
    try {
      setMinutes((await api.POST('/v1/password/forgotten', { body: values })).data!.valid_minutes)
    } catch (e) {
      const faults = faultsAt(e, 'email')
      if (Object.keys(faults).length > 0) form.setErrors(faults)
      else setError(e)
    }
  }

  const back = (
    <Anchor size="sm" renderRoot={(props) => <Link to="/sign-in" {...props} />}>
      {t('forgot/back')}
    </Anchor>
  )
  if (minutes !== undefined)
    return (
      <Door title={t('forgot/sent')} lead={t('forgot/sentLead', { count: minutes })}>
        {back}
      </Door>
    )
  return (
    <Door title={t('forgot/title')} lead={t('forgot/lead')} error={error} submit={form.onSubmit(ask)}>
      <TextInput label={t('signIn/email')} type="email" autoComplete="username" autoFocus key={form.key('email')} {...form.getInputProps('email')} />
      <Button type="submit" size="sm" mt="xs" loading={form.submitting}>
        {t('forgot/submit')}
      </Button>
      {back}
    </Door>
  )
}
