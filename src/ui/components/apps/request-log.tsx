import { AppError } from '#domain/errors/index.ts';
import type { AppLogEntry } from '#ports/app-service.ts';
import type { AppsModel } from '#ui/models/apps-model.ts';
import { formatBytes, formatMilliseconds } from '#ui/models/format.ts';

/** What the servers of a machine were asked, the newest first. */
export function RequestLog({ apps }: { readonly apps: AppsModel }) {
  const requests = apps.requests.value;
  return (
    <details class="form-more">
      <summary>Requests ({requests.length})</summary>
      {requests.length === 0 ? (
        <p class="form-hint">None yet. What pages ask of these servers appears here.</p>
      ) : (
        <>
          <RequestTable requests={requests} />
          <button type="button" class="button button-quiet" onClick={() => void apps.clearRequests()}>
            Clear
          </button>
        </>
      )}
    </details>
  );
}

function RequestTable({ requests }: { readonly requests: readonly AppLogEntry[] }) {
  return (
    // Scrolled with the keyboard as well.
    <div class="request-log" role="region" aria-label="Requests" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Request</th>
            <th scope="col">Status</th>
            <th scope="col">Size</th>
            <th scope="col">Time</th>
          </tr>
        </thead>
        <tbody>
          {requests.map((request) => (
            <RequestRow key={request.id} request={request} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function RequestRow({ request }: { readonly request: AppLogEntry }) {
  const { method, port, target, status, bytes, took, cached, error } = request;
  return (
    <tr data-failed={error !== undefined || (status ?? 0) >= 400}>
      <td title={`${method} ${target}`}>
        {method} :{port}
        {target}
      </td>
      <td title={error && AppError.fromRecord(error).message}>
        {error === undefined ? (status ?? '…') : (status ?? 'failed')}
      </td>
      <td>{cached ? 'kept' : formatBytes(bytes)}</td>
      <td>{took === undefined ? '…' : formatMilliseconds(took)}</td>
    </tr>
  );
}
