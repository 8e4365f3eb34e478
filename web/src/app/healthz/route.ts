/** Whether the portal answers, for whoever runs it. */
export const GET = () => new Response('ok\n', { headers: { 'content-type': 'text/plain' } })
