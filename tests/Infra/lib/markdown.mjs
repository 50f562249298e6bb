const cells = line => line.split('|').slice(1, -1).map(cell => cell.replaceAll('*', '').trim());

/** The rows of the table whose header starts so, each under its first column. */
export function table(page, header) {
  const lines = page.split('\n');
  const start = lines.findIndex(line => line.startsWith(header));
  if (start < 0)
    throw new Error(`There is no table ${header}`);
  const rows = lines.slice(start + 2);
  return new Map(rows.slice(0, rows.findIndex(line => !line.startsWith('|'))).map(cells).map(([name, ...rest]) => [name, rest]));
}
