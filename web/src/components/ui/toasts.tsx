'use client'

import { CircleAlert, CircleCheck, X } from 'lucide-react'
import { Toast } from 'radix-ui'

export interface Shown {
  id: number
  title: string
  text?: string | null
  bad?: boolean
}

export function Toasts({ shown, onClose }: { shown: Shown[]; onClose: (id: number) => void }) {
  return (
    <Toast.Provider swipeDirection="right" duration={6000}>
      {shown.map(({ id, title, text, bad }) => (
        <Toast.Root
          key={id}
          duration={bad ? 10_000 : 5000}
          onOpenChange={(open) => !open && onClose(id)}
          className="flex items-start gap-3 rounded-xl border bg-surface p-3.5 shadow-float data-[state=open]:animate-rise"
        >
          {bad ? <CircleAlert className="mt-0.5 size-5 shrink-0 text-bad" aria-hidden /> : <CircleCheck className="mt-0.5 size-5 shrink-0 text-good" aria-hidden />}
          <div className="min-w-0 flex-1">
            <Toast.Title className="font-medium">{title}</Toast.Title>
            {text && <Toast.Description className="mt-0.5 text-sm text-muted">{text}</Toast.Description>}
          </div>
          <Toast.Close className="-m-1 grid size-8 place-items-center rounded-lg text-muted hover:bg-surface-2" aria-label="Close">
            <X className="size-4" aria-hidden />
          </Toast.Close>
        </Toast.Root>
      ))}
      <Toast.Viewport className="fixed top-3 right-3 left-3 z-60 flex flex-col gap-2 outline-none sm:left-auto sm:w-96" />
    </Toast.Provider>
  )
}
