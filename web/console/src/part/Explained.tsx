import { Button, type ButtonProps, Tooltip } from '@mantine/core'

type Props = ButtonProps & { children: string; why?: string; onClick?: () => void }

/** A button that tells why it can't be used now; the reason is reached by keyboard too. */
export function Explained({ why, children, onClick, ...rest }: Props) {
  if (!why)
    return (
      <Button onClick={onClick} {...rest}>
        {children}
      </Button>
    )
  return (
    <Tooltip label={why}>
      <Button {...rest} color={undefined} variant="default" data-disabled aria-disabled onClick={(e) => e.preventDefault()}>
        {children}
      </Button>
    </Tooltip>
  )
}
