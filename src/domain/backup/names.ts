/** Of the entries of a backup. */
export const DESCRIPTION_NAME = 'portolan-machine.json';

export function diskPieceName(piece: number): string {
  return `disk/${sixDigits(piece)}.zst`;
}

export function statePieceName(state: number, piece: number): string {
  return `states/${state}/${sixDigits(piece)}`;
}

function sixDigits(number: number): string {
  return String(number).padStart(6, '0');
}
