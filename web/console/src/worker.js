// Keeps the console itself, so that it opens without a network: its page and
// what the build made of this version, and never what the API answers.
//
// Another version is fetched beside the one that runs, and takes over when no
// window of the console is open any more: windows that are open find the parts
// of their own version until then.

const files = FILES // addresses, which the build puts in
const place = 'console ' + VERSION
const [page] = files

self.addEventListener('install', (event) => event.waitUntil(caches.open(place).then((kept) => kept.addAll(files))))

self.addEventListener('activate', (event) =>
  event.waitUntil(caches.keys().then((places) => Promise.all(places.filter((p) => p.startsWith('console ') && p !== place).map((p) => caches.delete(p))))),
)

self.addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== location.origin) return
  if (request.mode === 'navigate') event.respondWith(shown(request))
  else if (pathname !== page && files.includes(pathname)) event.respondWith(found(pathname).then((kept) => kept ?? fetch(request)))
})

/** The page of the server, or the one that is kept if the server can't be reached. */
async function shown(request) {
  const answer = await fetch(request).catch(() => undefined)
  if (answer && answer.status < 500) return answer
  return (await found(page)) ?? answer ?? Response.error()
}

async function found(address) {
  return (await caches.open(place)).match(address, { ignoreVary: true })
}
