/** Beyond so many pairs of lines the two texts are shown one after the other. */
const mostPairs = 250_000;

/** Lines of two texts as a difference: `-` what goes, `+` what comes, a blank what stays. */
export function lineDifference(before: readonly string[], after: readonly string[]): string[] {
  const start = sharedStart(before, after);
  const [a, b] = [before.slice(start), after.slice(start)];
  const end = sharedStart([...a].reverse(), [...b].reverse());
  const middle = changed(a.slice(0, a.length - end), b.slice(0, b.length - end));
  return [...before.slice(0, start).map(stays), ...middle, ...a.slice(a.length - end).map(stays)];
}

function stays(line: string): string {
  return ` ${line}`;
}

function sharedStart(a: readonly string[], b: readonly string[]): number {
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at += 1;
  return at;
}

/** By the longest common subsequence. */
function changed(a: readonly string[], b: readonly string[]): string[] {
  const [goes, comes] = [(line: string) => `-${line}`, (line: string) => `+${line}`];
  if (a.length * b.length > mostPairs) return [...a.map(goes), ...b.map(comes)];
  const longest = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  const at = (i: number, j: number) => longest[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    const row = longest[i] ?? [];
    for (let j = b.length - 1; j >= 0; j -= 1) {
      row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: string[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push(stays(a[i] ?? ""));
      i += 1;
      j += 1;
    } else if (i < a.length && (j >= b.length || at(i + 1, j) >= at(i, j + 1))) {
      lines.push(goes(a[i] ?? ""));
      i += 1;
    } else {
      lines.push(comes(b[j] ?? ""));
      j += 1;
    }
  }
  return lines;
}
