import type { ErrorText } from './error-text.ts';

/** Errors of web servers in guests, and of the network that leads to them. */
export const APP_TEXTS = {
  'app/asleep': {
    message: 'The machine {machine} does not run in any tab.',
    advice: 'Open it in Portolan and start it, or wake it.',
  },
  'app/unknown': {
    message: 'There is no app at this address.',
    advice: 'Open it from its machine; apps are at /app/MACHINE/PORT/.',
  },
  'app/unknown-name': {
    message: 'The machine {machine} has no app named {name}.',
    advice: 'Open it by its port, or give the port this name in the machine’s list of web servers.',
  },
  'app/bad-settings': {
    message: 'These settings of the machine’s apps cannot be: {detail}.',
    advice: 'Change them; the former ones hold until then.',
  },
  'app/forbidden': {
    message: 'A page of one machine may not use the apps of another.',
    advice: 'Open the other machine’s app in a tab of its own.',
  },
  'net/refused': {
    message: 'The machine refuses connections to {address}: nothing listens there.',
    advice: 'Start the server in the machine, or check its port, then try again.',
  },
  'net/timeout': {
    message: '{address} does not answer.',
    advice: 'Check that the machine is running and not overloaded, then try again.',
  },
  'net/reset': {
    message: 'The machine broke off the connection to {address}.',
    advice: 'Look at the messages of the server in the machine, then try again.',
  },
  'net/unreachable': {
    message: 'There is no way to {address}: no machine on this network answers for it.',
    advice: 'Check the address, and that the machine’s network is up.',
  },
  'net/aborted': {
    message: 'The connection to {address} was given up on this side.',
    advice: 'Nothing to do if you ended it; else try again.',
  },
  'net/busy': {
    message: 'There are {limit} connections already, so none can be made to {address}.',
    advice: 'Wait until some have ended, then try again.',
  },
  'net/port-in-use': {
    message: 'Port {port} is taken by something else that listens for the machine.',
    advice: 'Choose another port, or stop what uses this one.',
  },
  'net/closed': {
    message: 'The network of this machine has been shut down.',
    advice: 'Start the machine, then try again.',
  },
  'relay/bad-address': {
    message: '“{url}” cannot be the address of a relay: {detail}.',
    advice: 'Give the address that whoever runs the relay names, beginning with wss://.',
  },
  'relay/unreachable': {
    message: 'The relay {url} cannot be reached: {detail}.',
    advice: 'Check its address and the connection. The machine’s next connection tries it again.',
  },
  'relay/lost': {
    message: 'The connection to the relay {url} has ended: {detail}.',
    advice: 'What the machine had open through it was broken off. Its next connection tries the relay again.',
  },
  'relay/unusable': {
    message: 'What answers at {url} is no relay that can be used: {detail}.',
    advice: 'Give the address of a wisp relay that is open to all; its path ends with a slash.',
  },
  'app/bad-request': {
    message: 'This request cannot be sent to a server in the machine, because of {detail}.',
    advice: 'Change the request. Nothing of it was sent.',
  },
  'app/bad-response': {
    message: 'What the server on port {port} of the machine sent is not a sound HTTP response: {detail}.',
    advice: 'Check that a web server listens on this port. If one does, its messages in the machine may say more.',
  },
  'app/no-answer': {
    message: 'The server on port {port} of the machine did not begin to answer within {seconds} s.',
    advice: 'Look at what it does in the machine, or give it more time, then try again.',
  },
  'app/silent': {
    message:
      'The server on port {port} of the machine stopped in the middle of its answer: nothing came for {seconds} s.',
    advice: 'Look at what it does in the machine, then try again.',
  },
  'app/cut-off': {
    message: 'The server on port {port} of the machine ended the connection before its answer was whole.',
    advice: 'Look at the messages of the server in the machine, then try again.',
  },
  'app/closed': {
    message: 'The way to the servers in this machine has been closed.',
    advice: 'Start the machine, then try again.',
  },
  'app/no-websocket': {
    message: 'The server on port {port} of the machine does not take this WebSocket: {detail}.',
    advice: 'Check the address, and that the server speaks WebSocket there.',
  },
  'app/websocket-fault': {
    message: 'The server on port {port} of the machine does not keep to the rules of WebSocket: {detail}.',
    advice: 'Tell whoever made the server; the connection was closed.',
  },
} as const satisfies Record<string, ErrorText>;
