// Answers requests. Every request has an instance of its own: nothing that is kept here is there for the next one.

addEventListener('fetch', (event) => event.respondWith(answer(event.request)));

async function answer(request) {
  const { pathname } = new URL(request.url);
  const name = pathname.startsWith('/hello/') ? pathname.slice('/hello/'.length) : 'world';
  return new Response(`Hello, ${decodeURIComponent(name)}!\n`, {
    headers: { 'content-type': 'text/plain; charset=utf-8' },
  });
}
