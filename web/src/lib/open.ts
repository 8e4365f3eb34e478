/** Opens an address that is still on its way in a new tab, which browsers allow only at the very click. */
export async function openSoon(address: Promise<string>) {
  const tab = window.open('', '_blank')
  try {
    const url = await address
    if (tab) {
      tab.opener = null
      tab.location.replace(url)
    } else {
      window.location.assign(url)
    }
  } catch (error) {
    tab?.close()
    throw error
  }
}
