/**
 * An id for a machine that no other has.
 * @param stem what it begins with, such as the container's id
 */
export async function freeMachineId(stem: string, isTaken: (id: string) => Promise<boolean>): Promise<string> {
  for (;;) {
    const id = `${stem}-${randomName()}`;
    if (!(await isTaken(id))) return id;
  }
}

/** Four hex digits: enough to tell the machines of one person apart, short enough to read out. */
function randomName(): string {
  const [number = 0] = crypto.getRandomValues(new Uint16Array(1));
  return number.toString(16).padStart(4, '0');
}
