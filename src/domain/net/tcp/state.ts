/** The states of RFC 9293, 3.3.2. LISTEN is not among them: a port that is listened on is no connection yet. */
export type TcpState =
  | 'syn-sent'
  | 'syn-received'
  | 'established'
  | 'fin-wait-1'
  | 'fin-wait-2'
  | 'close-wait'
  | 'closing'
  | 'last-ack'
  | 'time-wait'
  | 'closed';

type Transitions = Readonly<Partial<Record<TcpState, TcpState>>>;

/** We have nothing more to send. */
export const ON_FINISH: Transitions = { established: 'fin-wait-1', 'close-wait': 'last-ack' };

/** The other end has nothing more to send, and all of it has come. */
export const ON_FIN: Transitions = {
  established: 'close-wait',
  'fin-wait-1': 'closing',
  'fin-wait-2': 'time-wait',
};

/** The other end has acknowledged our FIN, and so all that we have sent. */
export const ON_FIN_ACKNOWLEDGED: Transitions = {
  'fin-wait-1': 'fin-wait-2',
  closing: 'time-wait',
  'last-ack': 'closed',
};

/** True while the other end may still send bytes. */
export function takesBytes(state: TcpState): boolean {
  return ON_FIN[state] !== undefined;
}
