'use client'

import { X } from 'lucide-react'
import { Dialog as Primitive } from 'radix-ui'
import type { ComponentProps, ReactNode } from 'react'
import { cn } from '@/lib/utils'

export const Dialog = Primitive.Root
export const DialogTrigger = Primitive.Trigger
export const DialogClose = Primitive.Close

interface Props extends Omit<ComponentProps<typeof Primitive.Content>, 'title'> {
  title: ReactNode
  description?: ReactNode
  /** Only an answer ends it. */
  binding?: boolean
}

/** From below on a phone, in the middle on a desk. */
export function DialogContent({ title, description, binding, className, children, ...props }: Props) {
  const stay = (event: Event) => binding && event.preventDefault()
  return (
    <Primitive.Portal>
      <Primitive.Overlay className="fixed inset-0 z-50 bg-black/45 data-[state=open]:animate-fade" />
      <Primitive.Content
        className={cn(
          'fixed inset-x-0 bottom-0 z-50 flex max-h-[92dvh] flex-col overflow-y-auto rounded-t-2xl border bg-surface p-5 pb-[max(1.25rem,env(safe-area-inset-bottom))] shadow-float focus:outline-none data-[state=open]:animate-drawer',
          'sm:inset-x-auto sm:top-1/2 sm:bottom-auto sm:left-1/2 sm:w-[min(32rem,calc(100vw-2rem))] sm:-translate-x-1/2 sm:-translate-y-1/2 sm:rounded-2xl sm:p-6 sm:data-[state=open]:animate-fade',
          className,
        )}
        onEscapeKeyDown={stay}
        onPointerDownOutside={stay}
        {...(description ? {} : { 'aria-describedby': undefined })}
        {...props}
      >
        <Primitive.Title className="pr-10 text-lg font-semibold tracking-tight">{title}</Primitive.Title>
        {description && <Primitive.Description className="mt-1.5 text-muted">{description}</Primitive.Description>}
        <div className="mt-4">{children}</div>
        {!binding && (
          <Primitive.Close className="absolute top-3.5 right-3.5 grid size-10 place-items-center rounded-lg text-muted hover:bg-surface-2" aria-label="Close">
            <X className="size-5" aria-hidden />
          </Primitive.Close>
        )}
      </Primitive.Content>
    </Primitive.Portal>
  )
}

export const DialogFooter = ({ className, ...props }: ComponentProps<'div'>) => (
  <div className={cn('mt-6 flex flex-col-reverse gap-2.5 sm:flex-row sm:justify-end', className)} {...props} />
)
