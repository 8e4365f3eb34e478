'use client'

import { Children, cloneElement, useId, type ReactElement, type ReactNode } from 'react'
import { cn } from '@/lib/utils'

interface Props {
  label: ReactNode
  hint?: ReactNode
  error?: string
  optional?: boolean
  className?: string
  children: ReactElement<{ id?: string; 'aria-invalid'?: boolean; 'aria-describedby'?: string }>
}

/** A control with its name, what helps to fill it in, and what is wrong with it: tied together for screen readers. */
export function Field({ label, hint, error, optional, className, children }: Props) {
  const id = useId()
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || undefined
  return (
    <div className={cn('space-y-1.5', className)}>
      <label htmlFor={id} className="block text-sm font-medium">
        {label}
        {optional && <span className="ml-1.5 font-normal text-muted">optional</span>}
      </label>
      {cloneElement(Children.only(children), { id, 'aria-invalid': error ? true : undefined, 'aria-describedby': described })}
      {hint && <p id={`${id}-hint`} className="text-sm text-muted">{hint}</p>}
      {error && <p id={`${id}-error`} role="alert" className="text-sm font-medium text-bad">{error}</p>}
    </div>
  )
}
