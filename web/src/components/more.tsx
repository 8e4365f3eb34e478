'use client'

import { useEffect, useState } from 'react'
import { Button } from './ui/button'

interface Pages {
  data: { pages: unknown[] } | undefined
  hasNextPage: boolean
  isFetching: boolean
  isFetchNextPageError: boolean
  fetchNextPage: () => unknown
}

/** Brings the next page of a list. News reads the list anew and ends what is under way, so the page is asked for until it is there. */
export function More({ list, label }: { list: Pages; label?: string }) {
  const count = list.data?.pages.length ?? 0
  const [wantedAfter, setWantedAfter] = useState<number>()
  const isWanted = wantedAfter === count && !list.isFetchNextPageError
  const { isFetching, fetchNextPage } = list
  useEffect(() => {
    if (isWanted && !isFetching) void fetchNextPage()
  }, [isWanted, isFetching, fetchNextPage])
  const want = () => {
    setWantedAfter(count)
    if (list.isFetchNextPageError) void fetchNextPage()
  }
  return list.hasNextPage && <ShowMore label={label} isBusy={isWanted} onClick={want} />
}

export function ShowMore({ label = 'Show more', isBusy, onClick }: { label?: string; isBusy?: boolean; onClick: () => void }) {
  return <div className="mt-4 flex justify-center"><Button variant="outline" busy={isBusy} onClick={onClick}>{label}</Button></div>
}
