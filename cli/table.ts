/** Rows in columns as wide as their widest cell, under a header. */
export function table<K extends string>(
  columns: Readonly<Record<K, string>>,
  rows: readonly Readonly<Record<K, string | number>>[],
): string {
  const keys = Object.keys(columns) as K[];
  const lines = [columns, ...rows].map((row) => keys.map((key) => String(row[key])));
  const widths = keys.map((_, at) => Math.max(...lines.map((cells) => cells[at]?.length ?? 0)));
  return lines
    .map((cells) =>
      cells
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
