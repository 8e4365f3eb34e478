// Stands in for @supabase/realtime-js in what browsers load (next.config.ts): of it supabase-js needs no more than this.

export class RealtimeClient {
  async setAuth() {}
  getChannels = () => []
  channel(): never {
    throw new Error('This portal is built without Realtime: listen by useIsLive and the queries it refreshes (components/live.tsx).')
  }
  removeChannel = async () => 'ok' as const
  removeAllChannels = async () => []
}
