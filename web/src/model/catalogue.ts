// The sensor catalogue: which rows are shown, and how they are grouped. Pure functions.
import type { CatalogueRow } from '../api/types';

export interface Section {
  measurement: string;
  tags: string[];
  rows: CatalogueRow[];
}

// By words, each in any of a row's texts.
export function matches(row: CatalogueRow, query: string): boolean {
  const text = [row.measurement, row.field, row.unit, row.device_class, row.type, ...row.tags].join(' ').normalize('NFC').toLowerCase();
  const words = query.normalize('NFC').toLowerCase().split(/\s+/).filter(Boolean);
  return words.every((word) => text.includes(word));
}

export function sectionsOf(rows: readonly CatalogueRow[], query: string): Section[] {
  const sections = new Map<string, Section>();
  for (const row of rows) {
    if (!matches(row, query)) continue;
    let section = sections.get(row.measurement);
    if (!section) sections.set(row.measurement, (section = { measurement: row.measurement, tags: [], rows: [] }));
    section.rows.push(row);
    for (const tag of row.tags) if (!section.tags.includes(tag)) section.tags.push(tag);
  }
  for (const section of sections.values()) section.tags.sort();
  return [...sections.values()];
}
