import { Anchor, Button, PasswordInput, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { Link, useRouter, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { api } from '../api/client'
import { begin, expired, useSession } from '../api/session'
import { useWords } from '../language'
import { Door, faultsAt } from './Door'

/** To where somebody was before, or home. */
function Leave({ to }: { to?: string }) {
  const { history } = useRouter()
  useEffect(() => history.replace(to ?? '/console/'), [history, to])
  return null
}

export default function SignIn() {
  const { t } = useWords()
  const session = useSession()
  const { to } = useSearch({ from: '/sign-in' })
  const [error, setError] = useState<unknown>(null)
  const form = useForm({ mode: 'uncontrolled', initialValues: { email: '', password: '' } })

  if (session) return <Leave to={to} />

  async function signIn(values: { email: string; password: string }) {
    setError(null)
    try {
      const { data } = await api.POST('/v1/sessions', { body: { ...values, cookie: true } })
      begin(data!)
    } catch (e) {
      const faults = faultsAt(e, 'email', 'password')
      if (Object.keys(faults).length > 0) form.setErrors(faults)
      else setError(e)
    }
  }

  return (
    <Door title={t('signIn/title')} lead={t('signIn/lead')} error={error} submit={form.onSubmit(signIn)}>
      {expired && !error && <Text size="sm">{t('signIn/ended')}</Text>}
      <TextInput label={t('signIn/email')} type="email" autoComplete="username" autoFocus key={form.key('email')} {...form.getInputProps('email')} />
      <PasswordInput visibilityToggleButtonProps={{ 'aria-label': t('signIn/show') }} label={t('signIn/password')} autoComplete="current-password" key={form.key('password')} {...form.getInputProps('password')} />
      <Button type="submit" size="sm" mt="xs" loading={form.submitting}>
        {t('signIn/submit')}
      </Button>
      <Anchor size="sm" renderRoot={(props) => <Link to="/forgot" {...props} />}>
        {t('signIn/forgot')}
      </Anchor>
    </Door>
  )
}
