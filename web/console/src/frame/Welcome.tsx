import { Anchor, Button, PasswordInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDocumentTitle } from '@mantine/hooks'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api } from '../api/client'
import { begin } from '../api/session'
import { useWords } from '../language'
import { Door, faultsAt } from './Door'

/** Sets a password by a one-time link, whose token stands behind the # so that no server logs it. */
export default function Welcome() {
  const { t } = useWords()
  const go = useNavigate()
  const [token] = useState(() => window.location.hash.slice(1))
  const [error, setError] = useState<unknown>(null)
  const form = useForm({ mode: 'uncontrolled', initialValues: { password: '' } })
  useDocumentTitle(`${t('welcome/title')} · ${t('console/title')}`)

  async function set({ password }: { password: string }) {
    setError(null)
    try {
      const { data } = await api.POST('/v1/password/link', { body: { token, password } })
      const session = await api.POST('/v1/sessions', { body: { email: data!.email, password, cookie: true } })
      begin(session.data!)
      void go({ to: '/', replace: true })
    } catch (e) {
      const faults = faultsAt(e, 'password')
      if (Object.keys(faults).length > 0) form.setErrors(faults)
      else setError(e)
    }
  }

  const again = (
    <Anchor size="sm" renderRoot={(props) => <Link to="/forgot" {...props} />}>
      {t('welcome/again')}
    </Anchor>
  )
  if (!token)
    return (
      <Door title={t('welcome/noToken')} lead={t('welcome/noTokenLead')}>
        {again}
      </Door>
    )
  return (
    <Door title={t('welcome/title')} lead={t('welcome/lead')} error={error} submit={form.onSubmit(set)}>
      <PasswordInput visibilityToggleButtonProps={{ 'aria-label': t('signIn/show') }} label={t('signIn/password')} autoComplete="new-password" autoFocus key={form.key('password')} {...form.getInputProps('password')} />
      <Button type="submit" size="sm" mt="xs" loading={form.submitting}>
        {t('welcome/submit')}
      </Button>
      {error !== null && again}
    </Door>
  )
}
