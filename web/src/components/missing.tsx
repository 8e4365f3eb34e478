import Link from '@/components/link'
import { Button } from '@/components/ui/button'

/** The same for what is not there and for what is somebody else's. */
export function Missing() {
  return (
    <div className="mx-auto flex min-h-[60dvh] max-w-md flex-col items-start justify-center gap-4 px-6">
      <h1 className="text-2xl font-semibold tracking-tight">This page is not here</h1>
      <p className="text-muted">There is no such page, or it is not yours to see. Perhaps the address is cut off.</p>
      <Button asChild><Link href="/">To the start page</Link></Button>
    </div>
  )
}
