import { release, type } from 'node:os';
import { Presses } from './presses.js';

// Rendered anew for each request: one sees that there is a server.
export const dynamic = 'force-dynamic';

export default function Page() {
  const now = new Date().toISOString();
  return (
    <main>
      <h1>Next.js runs in this machine</h1>
      <p>
        This page was rendered at <time dateTime={now}>{now}</time> by Node.js {process.version} on {type()} {release()}
        , in your browser.
      </p>
      <p>
        Its files are in <code>/srv/nextjs</code>. Put the standalone output of an app of your own there, and restart
        the service <code>nextjs</code>.
      </p>
      <p>
        This button is the browser’s own business: <Presses />
      </p>
      <p>
        <a href="api/time">The time as JSON</a>
      </p>
    </main>
  );
}
