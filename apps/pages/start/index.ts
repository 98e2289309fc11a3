/** What a server answers at the origin of apps: it installs the service worker, which answers from then on, and asks again. */
const words = document.querySelector('p');

try {
  await navigator.serviceWorker.register('/sw.js', { updateViaCache: 'none' });
  await navigator.serviceWorker.ready;
  location.reload();
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  if (words) words.textContent = `This browser does not let apps run here: ${reason}`;
}
