const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** RFC 6265, 5.1.1: everything but digits, letters, colons and bytes beyond ASCII. */
const DELIMITER = /[\t\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+/;
const TIME = /^(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\D.*)?$/;
const DAY = /^(\d{1,2})(?:\D.*)?$/;
const YEAR = /^(\d{2,4})(?:\D.*)?$/;

/** @returns milliseconds since 1970 of what a server wrote as a date in any of the usual forms; undefined when it is none */
export function parseCookieDate(text: string): number | undefined {
  let time: RegExpExecArray | null = null;
  let [day, month, year] = [-1, -1, -1];
  for (const token of text.split(DELIMITER)) {
    const found: RegExpExecArray | null = time === null ? TIME.exec(token) : null;
    if (found) time = found;
    else if (day < 0 && DAY.test(token)) day = Number(DAY.exec(token)?.[1]);
    else if (month < 0 && MONTHS.includes(token.slice(0, 3).toLowerCase())) {
      month = MONTHS.indexOf(token.slice(0, 3).toLowerCase());
    } else if (year < 0 && YEAR.test(token)) year = fullYear(Number(YEAR.exec(token)?.[1]));
  }
  const [hour, minute, second] = (time ?? []).slice(1).map(Number);
  if (hour === undefined || minute === undefined || second === undefined || month < 0) return undefined;
  if (hour > 23 || minute > 59 || second > 59 || year < 1601) return undefined;
  const date = new Date(Date.UTC(year, month, day, hour, minute, second));
  return date.getUTCDate() === day ? date.getTime() : undefined;
}

function fullYear(year: number): number {
  if (year < 70) return year + 2000;
  return year < 100 ? year + 1900 : year;
}
