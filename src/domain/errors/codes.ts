import { ARCHIVE_TEXTS } from './archive-texts.ts';
import { APP_TEXTS } from './app-texts.ts';
import { DISK_TEXTS } from './disk-texts.ts';
import { PACKAGE_TEXTS } from './package-texts.ts';
import { SERVICE_TEXTS } from './service-texts.ts';
import type { ErrorText } from './error-text.ts';

/**
 * Every error a user can meet: its code, and the words that say what failed, why, and what to do next.
 * `{name}` stands for a value of the error's data. A code is a promise to scripts and tests: it may be added, never renamed.
 */
export const ERROR_TEXTS = {
  'app/unexpected': {
    message: 'Something went wrong inside Portolan: {detail}',
    advice: 'Reload the page. If it happens again, open ?debug and copy the error log into a report.',
  },
  'app/no-webassembly': {
    message: 'This browser does not run WebAssembly, which the machine is made of.',
    advice: 'Turn WebAssembly on (some hardened profiles switch it off), or open this page in another browser.',
  },
  'app/no-service-worker': {
    message: 'This window has no service worker ({detail}), so nothing can be kept for later.',
    advice:
      'You can boot while the server is reachable. To work offline, open the page in an ordinary, non-private window.',
  },
  'rpc/version-mismatch': {
    message: 'The page (build {page}) and its worker (build {worker}) come from different versions of Portolan.',
    advice: 'Reload the page, so that both come from the same version.',
  },
  'rpc/no-answer': {
    message: 'The {peer} did not answer within {seconds} s.',
    advice: 'Reload the page. If the tab was asleep for long, this is harmless.',
  },
  'rpc/closed': {
    message: 'The {peer} has been closed.',
    advice: 'Start the machine again.',
  },
  'format/invalid': {
    message: '{what} is not in the expected form: {detail}',
    advice: 'Tell whoever publishes it. Nothing from it was used.',
  },
  'source/unreachable': {
    message: '{url} cannot be reached: {detail}',
    advice: 'Check the connection, or that the server is running, then try again.',
  },
  'source/http-status': {
    message: '{url} answered with status {status}.',
    advice: 'Tell whoever runs the server; if it is yours, check that the file is there.',
  },
  'source/short-body': {
    message: '{url} sent {got} bytes where {expected} were announced.',
    advice: 'Try again; if it persists, the file on the server is truncated.',
  },
  'source/range-ignored': {
    message: '{url} does not serve byte ranges: {detail}',
    advice: 'Serve the catalog from a server that honours Range requests.',
  },
  'source/stalled': {
    message: '{url} sent nothing for {seconds} s.',
    advice: 'Check the connection, then try again: what has arrived is kept.',
  },
  'source/slow': {
    message: 'A piece of the disk has been on its way for {seconds} s.',
    advice: 'Wait: the machine goes on by itself when the piece is here.',
  },
  'source/redirected-endlessly': {
    message: '{url} redirects in a circle, or to an address that this page gets no answer from.',
    advice: 'Tell whoever runs the server.',
  },
  'source/access-denied': {
    message: '{url} refuses access (status {status}).',
    advice: 'Ask whoever runs the server; the link may have expired. Portolan sends no passwords.',
  },
  'source/not-found': {
    message: '{url} is not there (status {status}).',
    advice: 'Check the address. The publisher may have moved or removed it.',
  },
  'source/too-many-requests': {
    message: '{url} is asked too often; it wants to be left alone for {seconds} s.',
    advice: 'Wait: it is asked again by itself when the time is over.',
  },
  'source/server-error': {
    message: '{url} has a fault of its own (status {status}).',
    advice: 'Nothing to do here: it is asked again by itself. If it lasts, tell whoever runs the server.',
  },
  'source/wrong-encoding': {
    message: '{url} was sent in another encoding ({encoding}), so its bytes cannot be addressed.',
    advice: 'Tell whoever runs the server: blobs must be served as they are, without Content-Encoding.',
  },
  'source/blocked': {
    message: '{url} cannot be read from this page: {detail}',
    advice:
      'The server must allow other origins (Access-Control-Allow-Origin) and, for an https page, be https itself.',
  },
  'source/unknown': {
    message: 'There is no source {url}.',
    advice: 'Look at the list under Sources.',
  },
  'source/bad-address': {
    message: '“{url}” is not the address of a catalog: {detail}',
    advice: 'Give the http or https address of a catalog.json, or of the folder that it is in.',
  },
  'source/embedded': {
    message: 'The catalog of this server cannot be removed.',
    advice: 'Turn it off under Sources instead.',
  },
  'source/bad-signature': {
    message: 'The catalog of {url} is not what its publisher signed: {detail}',
    advice:
      'Nothing new was taken from it. Ask the publisher; if the key has changed, remove the source and add it anew.',
  },
  'request/invalid': {
    message: 'This request is not understood: {detail}',
    advice: 'Compare it with docs/api.md.',
  },
  'request/not-found': {
    message: 'There is nothing at {url}.',
    advice: 'Compare the address with docs/api.md.',
  },
  'request/method': {
    message: '{url} does not take {method}, only {allowed}.',
    advice: 'Compare the request with docs/api.md.',
  },
  'request/foreign': {
    message: '{url} answers only scripts of its own origin.',
    advice: 'Ask it from a page of this app.',
  },
  'link/invalid': {
    message: 'This link cannot be understood: {detail}.',
    advice: 'Ask for it again: a piece may have been lost on the way.',
  },
  'link/none': {
    message: 'There is no link to a container in what was opened.',
    advice: 'Such links have #/boot/sha256: in them. Ask for it again, or paste it here.',
  },
  'chunk/digest-mismatch': {
    message: 'A piece of {what} from {url} is not what its publisher announced (SHA-256 differs).',
    advice: 'The bytes were thrown away. Try again; if it persists, the server’s copy is damaged.',
  },
  'container/not-found': {
    message: 'There is no container “{ref}” in the catalog.',
    advice: 'Pick one from the shelf, or check the name.',
  },
  'container/ambiguous': {
    message: 'Sources offer {count} different containers as “{ref}”, all under the same version.',
    advice: 'Choose one of them on the shelf, or name it by its digest.',
  },
  'container/wrong-architecture': {
    message: '“{title}” is made for {architecture}; this engine runs {supported}.',
    advice: 'Pick a container for {supported}.',
  },
  'container/missing-kernel': {
    message: '“{title}” has no kernel, so there is nothing to boot.',
    advice: 'Tell whoever publishes it: the manifest needs a kernel layer.',
  },
  'container/is-runtime': {
    message: '“{title}” is a runtime: software that machines take on. It does not boot by itself.',
    advice: 'Boot a container, then choose the runtime in the machine’s “Install packages…”.',
  },
  'container/truncated-disk': {
    message: 'The content of “{title}” is cut short: {detail}',
    advice: 'Tell whoever publishes it; the copy on the server is incomplete.',
  },
  'container/unavailable': {
    message: 'Nobody who was asked has the container {digest}.',
    advice: 'Add a source that has it, or ask for the link again.',
  },
  'container/in-use': {
    message: '“{title}” is needed by a machine.',
    advice: 'Remove its machines first.',
  },
  'container/offline': {
    message: '“{title}” is not complete on this device, and the server cannot be reached.',
    advice: 'Connect once and keep it offline; then it boots anywhere.',
  },
  'content/not-found': {
    message: 'The container {digest} has no part “{part}”.',
    advice: 'Look into its manifest for what it has.',
  },
  'snapshot/incompatible': {
    message: 'The saved start of “{title}” does not fit this engine ({detail}).',
    advice: 'Nothing to do: the machine boots from its disk instead, which takes a few seconds longer.',
  },
  'state/corrupt': {
    message: 'The saved state of this machine cannot be read: {detail}',
    advice: 'Start the machine from its disk: what it had written there is kept.',
  },
  'state/other-engine': {
    message: 'This machine was saved by another version of Portolan (engine {saved}; this one has {engine}).',
    advice: 'Nothing to do: it boots from its own disk instead. Programs that ran then have to be started again.',
  },
  'storage/full': {
    message: 'This device has no room left for {what}.',
    advice: 'Free space under Storage, or in the browser’s settings, then try again. Nothing already kept was lost.',
  },
  'storage/unavailable': {
    message: 'The browser does not let this page keep data: {detail}',
    advice:
      'Open the page in an ordinary window, or allow site data for it. Machines run meanwhile, but nothing is kept.',
  },
  'storage/locked': {
    message: 'This machine’s disk is in use in another tab of this browser.',
    advice: 'Go on in that tab, or stop the machine there first.',
  },
  'storage/damaged': {
    message: 'What this machine wrote to its disk cannot be read on this device: {detail}.',
    advice: 'Restore a checkpoint or an exported copy of the machine. Other machines are not affected.',
  },
  'storage/newer': {
    message:
      'What this machine keeps was written by a newer version of Portolan (form {version}; this one knows up to {supported}).',
    advice: 'Reload the page to get the newer version. Nothing was changed.',
  },
  'machine/not-running': {
    message: 'This machine is {state}, so it cannot {action}.',
    advice: 'Start or resume it first.',
  },
  'machine/elsewhere': {
    message: 'This machine runs in another tab.',
    advice: 'Watch it or take it over from here, or suspend it there first.',
  },
  'machine/lost': {
    message: 'The tab that ran this machine has ended, and nothing of it was saved.',
    advice: 'Start it again from its container.',
  },
  'tab/silent': {
    message: 'The tab that runs this machine does not answer.',
    advice: 'Try again, or close that tab: then the machine can go on here from where it was last saved.',
  },
  'tab/unreachable': {
    message: 'The tab that runs this machine cannot be reached from this window, which has no service worker.',
    advice: 'Use the machine in that tab, or suspend it there; then it can go on here.',
  },
  'tab/other-version': {
    message: 'The tab that runs this machine has another version of Portolan (build {theirs}; here it is {ours}).',
    advice: 'Suspend the machine in that tab, then resume it here; or reload whichever tab is older.',
  },
  'machine/in-memory': {
    message: 'There is no room to keep this machine, so it runs in memory only: {detail}',
    advice: 'What it writes is gone when it stops. Free space under Storage and boot another one to keep its disk.',
  },
  'machine/undone': {
    message: 'What was begun in this machine did not come to its end, so it is again as it was: “{checkpoint}”.',
    advice: 'Nothing is left of it. Begin it again if you still want it.',
  },
  'backup/foreign': {
    message: 'This file is not an exported machine: {detail}.',
    advice: 'Choose a file that Portolan has exported; its name ends in .portolan-machine. Nothing was changed.',
  },
  'backup/truncated': {
    message: 'This file ends too early: it has {bytes} bytes, and more belong to it.',
    advice: 'Copy or download it again, or export the machine again. Nothing was changed.',
  },
  'backup/altered': {
    message: 'This file is not what was exported: {detail}.',
    advice: 'Copy or download it again, or export the machine again. Nothing was changed.',
  },
  'backup/newer': {
    message:
      'This file was exported by a newer version of Portolan (form {version}; this one knows up to {supported}).',
    advice: 'Reload the page to get the newer version, then import it again. Nothing was changed.',
  },
  'backup/unreadable': {
    message: 'The browser could not read this file: {detail}',
    advice: 'Check that it is still there, then choose it again. Nothing was changed.',
  },
  'backup/running': {
    message: 'This machine is {state}, and what it holds in memory cannot be exported.',
    advice: 'Suspend it first, or stop it.',
  },
  'backup/not-kept': {
    message: 'There is nothing of this machine on this device to export: {detail}.',
    advice: 'Start it once and suspend it, then export it.',
  },
  ...ARCHIVE_TEXTS,
  ...DISK_TEXTS,
  ...PACKAGE_TEXTS,
  ...SERVICE_TEXTS,
  'machine/boot-timeout': {
    message: 'The machine did not come to a prompt within {seconds} s.',
    advice: 'Look at the kernel’s messages in the machine view, then restart it.',
  },
  'machine/out-of-memory': {
    message: 'The browser refused the {megabytes} MB that this machine needs.',
    advice: 'Close other tabs or machines, then try again.',
  },
  ...APP_TEXTS,
  'guest/panic': {
    message: 'The guest’s kernel gave up: {detail}',
    advice: 'Look at the kernel log, then restart the machine.',
  },
  'guest/agent-silent': {
    message: 'The guest’s agent did not answer within {seconds} s.',
    advice: 'The terminal still works. Restart the machine if commands from outside are needed.',
  },
  'guest/not-renewed': {
    message: 'The machine still has random numbers and ids that others of its snapshot have, too: {detail}',
    advice: 'Make no keys or passwords in it; boot a machine from the disk for that.',
  },
  'guest/exec-failed': {
    message: 'The guest could not start “{command}”: {detail}',
    advice: 'Check the command’s name and that its package is installed.',
  },
  'guest/output-too-large': {
    message: '“{command}” wrote more than {limit} bytes.',
    advice: 'Write to a file under /host in the guest and fetch it with readFile.',
  },
  'guest/input-too-large': {
    message: 'The input is {size} bytes; the limit is {limit}.',
    advice: 'Put it into a file with writeFile and read it there.',
  },
  'file/too-large': {
    message: '“{path}” is {size} bytes; at most {limit} can pass at once.',
    advice: 'Split the file into parts.',
  },
  'file/not-found': {
    message: 'There is no file “{path}” on the shared folder.',
    advice: 'Files pass through /host in the guest: copy it there first.',
  },
  'file/bad-path': {
    message: '“{path}” is not a path below /host.',
    advice: 'Use a path such as notes/today.txt, without “..”.',
  },
} as const satisfies Record<string, ErrorText>;

export type ErrorCode = keyof typeof ERROR_TEXTS;

/** True when `value` names a known code. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERROR_TEXTS, value);
}
